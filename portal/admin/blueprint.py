"""The blueprint of every page below /admin. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")
