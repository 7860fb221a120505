"""The blueprint of giving."""

from flask import Blueprint

bp = Blueprint("giving", __name__, url_prefix="/q/<slug>/ung-ho")
