"""The blueprint of worries about somebody's safety. Views hang on it in `views` and `queue_views`."""

from flask import Blueprint

bp = Blueprint("safeguarding", __name__)
