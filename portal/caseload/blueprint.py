"""The blueprint of what link workers do. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint

from portal.caseload import list_reach, list_words
from portal.people import saying

bp = Blueprint("caseload", __name__)
for words in (
    list_words.day_words, list_words.whole_day_words, list_words.date_words, list_words.time_words,
    list_words.moment_words, list_words.record_at, list_words.way_of, list_words.way_to, list_reach.reach_of,
    saying.age_words,
):  # fmt: skip
    bp.add_app_template_global(words)
