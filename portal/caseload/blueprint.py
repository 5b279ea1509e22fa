"""The blueprint of what link workers do. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

bp = Blueprint("caseload", __name__)
