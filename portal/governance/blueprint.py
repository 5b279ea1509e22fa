"""The blueprint of information governance. Views hang on it in `views` and `glass_views`."""

from flask import Blueprint

from portal.core.wording import full_date
from portal.governance import labels

bp = Blueprint("governance", __name__)
bp.add_app_template_filter(full_date, "daywords")
bp.add_app_template_global(labels.action_of, "action_label")
