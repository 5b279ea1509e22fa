"""The blueprint of the pages of neighbourhoods, apart so that several modules can hang views on it."""

from flask import Blueprint

bp = Blueprint("neighbourhoods", __name__)
