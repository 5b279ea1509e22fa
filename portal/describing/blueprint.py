"""The blueprint of the description and its page."""

from flask import Blueprint

bp = Blueprint("describing", __name__)
