"""The blueprint of the pages about partners. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint
from flask_babel import format_decimal

from portal.core import clock, problems
from portal.partners import due, kinds, telling

bp = Blueprint("partners", __name__, url_prefix="/partners")
problems.own_page(bp, "partners/trouble.html")
bp.add_app_template_global(kinds.role_label, "partner_role_label")
bp.add_app_template_global(kinds.agreement_label, "agreement_label")
bp.add_app_template_global(kinds.amounts_words, "promised_words")
bp.add_app_template_global(due.standing_label, "agreement_standing_label")
bp.add_app_template_global(format_decimal, "decimal_words")
bp.add_app_template_global(telling.task_words, "partner_task_words")
bp.add_app_template_global(telling.distance, "day_distance")
bp.add_app_template_global(telling.is_late, "is_late_day")
bp.add_app_template_global(clock.today, "today_is")
