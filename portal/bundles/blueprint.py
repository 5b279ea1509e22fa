"""The blueprint of pages for a situation in life, apart so that several modules can hang views on it."""

from flask import Blueprint

bp = Blueprint("bundles", __name__)
