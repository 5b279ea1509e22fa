"""The blueprint of the practice's pages. Views hang on it in `views`, `followed_views` and `leaflet_views`."""

from flask import Blueprint

bp = Blueprint("handover", __name__)
