"""The blueprint of what those who plan may see. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

bp = Blueprint("insight", __name__, url_prefix="/insight")
