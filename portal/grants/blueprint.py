"""The blueprint of the pages below /grants."""

from flask import Blueprint

from portal.core import problems

bp = Blueprint("grants", __name__, url_prefix="/grants")
problems.own_page(bp, "grants/trouble.html")
