"""The blueprint of what groups do with their listings. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

from portal.groups.desk import is_at_desk, ways_back
from portal.groups.form_parts import pairs_of

bp = Blueprint("groups", __name__)
bp.add_app_template_global(pairs_of)
bp.add_app_template_global(is_at_desk)
bp.add_app_template_global(ways_back)
