"""Totals of the branch and of those below it."""

from flask import Blueprint

bp = Blueprint("totals", __name__, url_prefix="/tong-hop")
