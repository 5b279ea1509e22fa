"""The blueprint of what groups do with their listings. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

from portal.groups.form_parts import pairs_of
from portal.groups.sent import new_key

bp = Blueprint("groups", __name__)
bp.add_app_template_global(new_key, "group_form_key")
bp.add_app_template_global(pairs_of)
