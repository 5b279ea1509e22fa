"""The blueprint of every page about one's own account. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
