"""The blueprint of what those who plan may see. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

from portal.core import problems

bp = Blueprint("insight", __name__, url_prefix="/insight")
problems.own_page(bp, "insight/trouble.html")
