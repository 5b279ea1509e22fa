"""The blueprint of information governance. Views hang on it in `views` and `glass_views`."""

from flask import Blueprint

from portal.core.wording import full_date
from portal.governance import labels
from portal.referrals.dispatching import words

bp = Blueprint("governance", __name__)
bp.add_app_template_filter(full_date, "daywords")
bp.add_app_template_global(labels.action_of, "action_label")
bp.add_app_template_global(words.state_of, "document_state")
bp.add_app_template_global(words.reason_of, "document_reason")
