"""The blueprint of information governance. Views hang on it in `views` and `glass_views`."""

from flask import Blueprint

bp = Blueprint("governance", __name__)
