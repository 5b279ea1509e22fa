"""The blueprint of huddles."""

from flask import Blueprint

bp = Blueprint("huddles", __name__)
