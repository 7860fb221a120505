"""The address under which the pages of gifts live."""

from flask import Blueprint

bp = Blueprint("donations", __name__, url_prefix="/ung-ho")
