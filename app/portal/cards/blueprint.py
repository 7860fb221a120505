"""The address under which the pages of card money live."""

from flask import Blueprint

bp = Blueprint("cards", __name__, url_prefix="/ngan-hang/the")
