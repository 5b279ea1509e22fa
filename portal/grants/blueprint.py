"""The blueprint of the pages below /grants."""

from flask import Blueprint

bp = Blueprint("grants", __name__, url_prefix="/grants")
