"""The answers to a question as a table for spreadsheets."""

from collections.abc import Iterator

from portal.coordinating.questions import Answers, Line
from portal.coordinating.reaching import LEFT_OUT
from portal.core import clock
from portal.core.i18n import gettext as _


def rows_of(answers: Answers) -> Iterator[list[str]]:
    """A heading, and a line a group: those that answered, those that have not, those that could not be asked.

    Days as 2026-11-24.
    """
    yield [_("Group"), _("Standing"), _("Answer"), _("Answered on"), _("How"), _("Times changed")]
    for line in answers.answered:
        yield _row(line, _("Answered"))
    for line in answers.silent:
        yield _row(line, _("Not answered yet") if answers.question.is_open else _("Not answered"))
    for line in answers.left_out:
        yield _row(line, _("Not asked: %(why)s", why=str(LEFT_OUT[line.asked.left_out or "gone"])))


def _row(line: Line, standing: str) -> list[str]:
    at = line.asked.answered_at
    day = clock.local(at).date().isoformat() if at is not None else ""
    changed = str(line.asked.answers - 1) if line.asked.answers else ""
    return [line.name, standing, line.answer, day, line.how_told, changed]
