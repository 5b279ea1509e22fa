"""The blueprint of the site's own pages, apart so that several modules can hang views on it."""

from flask import Blueprint

bp = Blueprint("pages", __name__)
