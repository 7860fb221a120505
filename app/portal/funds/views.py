"""Funds and their entries."""

from flask import Blueprint

bp = Blueprint("funds", __name__, url_prefix="/quy")
