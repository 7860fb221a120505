"""Givers of the branch."""

from flask import Blueprint

bp = Blueprint("donors", __name__, url_prefix="/nha-hao-tam")
