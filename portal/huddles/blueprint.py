"""The blueprint of huddles."""

from flask import Blueprint

from portal.core import problems

bp = Blueprint("huddles", __name__)
problems.own_page(bp, "huddles/trouble.html")
