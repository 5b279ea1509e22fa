"""The blueprint of the moderators' pages. Each file of views adds its own; `views.py` names the files."""

from flask import Blueprint

from portal.moderation import ages, saying

bp = Blueprint("moderation", __name__)
bp.add_app_template_global(ages.waiting, "waiting_for")
bp.add_app_template_global(ages.is_late, "is_late")
bp.add_app_template_global(ages.working_days_since, "working_days_since")
bp.add_app_template_global(saying.what, "what_changes")
bp.add_app_template_global(saying.who, "who_asked")
bp.add_app_template_global(saying.risk, "risk_mark")
bp.add_app_template_global(saying.when, "when_said")
bp.add_app_template_global(saying.last_cleared, "last_cleared")
bp.add_app_template_global(saying.decision, "decision_words")
