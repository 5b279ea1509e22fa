"""What coordinators ask of a group today, for its home page."""

from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import ngettext

from portal.coordinating.questions import asked_of
from portal.core import clock, wording
from portal.core.i18n import gettext as _

HURRIES = 2
"""Days before its day from which on a question hurries."""
MOST_ALIKE = 2
"""More questions become one line."""


@dataclass(frozen=True)
class ToDo:
    """One thing to do. `mark`: what hurries, if anything does."""

    title: str
    note: str
    address: str
    mark: str | None = None


def todos_of(organization_id: UUID) -> list[ToDo]:
    """Questions that wait for an answer of the group, those to be answered first before others. One statement."""
    waiting = asked_of(organization_id, unanswered=True)
    if not waiting:
        return []
    note = _("Answer by %(day)s. It takes a minute.", day=wording.day(waiting[0].question.answer_by))
    if len(waiting) > MOST_ALIKE:
        title = ngettext(
            "Answer %(num)s question from your neighbourhood team",
            "Answer %(num)s questions from your neighbourhood team",
            len(waiting),
        )
        left = (waiting[0].question.answer_by - clock.today()).days
        return [ToDo(title, note, url_for("coordinating.asked_list"), _mark(left))]
    return [
        ToDo(
            _("Answer a question from your neighbourhood team"),
            _("Answer by %(day)s. It takes a minute.", day=wording.day(one.question.answer_by)),
            url_for("coordinating.asked", asked_id=one.asked.id),
            _mark((one.question.answer_by - clock.today()).days),
        )
        for one in waiting
    ]


def _mark(left: int) -> str | None:
    if left > HURRIES:
        return None
    if left < 0:
        return _("Late")
    return ngettext("%(num)s day left", "%(num)s days left", left) if left else _("Today")
