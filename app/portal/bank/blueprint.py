"""The address under which the pages of bank money live."""

from flask import Blueprint

bp = Blueprint("bank", __name__, url_prefix="/ngan-hang")
