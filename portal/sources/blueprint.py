"""The blueprint of the pages about sources. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint
from flask_babel import format_decimal

from portal.sources import marking, origins, wording

bp = Blueprint("sources", __name__)
bp.add_app_template_global(format_decimal, "whole_number")
bp.add_app_template_global(wording.state, "source_state_said")
bp.add_app_template_global(wording.whose, "whose_fact")
bp.add_app_template_global(origins.comes_from, "comes_from")

__all__ = ["bp", "marking"]
