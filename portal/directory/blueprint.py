"""The blueprint that every page of the directory hangs on."""

from flask import Blueprint

bp = Blueprint("directory", __name__)
