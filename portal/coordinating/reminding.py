"""After a question was sent: one reminder, by a button or by the clock, and its end."""

from datetime import date, timedelta

from sqlalchemy import delete, select

from portal.coordinating.asking import write
from portal.coordinating.models import AnswerLink, AskedGroup, GroupQuestion
from portal.core import audit, clock, working_days
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.viewer import Viewer

BEFORE = 2
"""Working days before the day for answers on which the clock reminds."""
STAYS_OPEN = timedelta(days=7)
"""After the day for answers: late ones are welcome, then it closes by itself."""
LINKS_KEPT = timedelta(days=30)
QUESTIONS_KEPT = timedelta(days=730)
DRAFTS_KEPT = timedelta(days=90)


def can_remind(question: GroupQuestion, silent: int) -> bool:
    """Whether those who have not answered can be reminded: once, while it is open, from the day after it was sent."""
    return silent > 0 and _may_remind(question)


def waits_to_remind(question: GroupQuestion, silent: int) -> bool:
    """Whether they can be reminded from tomorrow: it was sent today."""
    return question.is_open and question.reminded_at is None and silent > 0 and not can_remind(question, silent)


def reminds_on(question: GroupQuestion) -> date:
    """The day on which the clock reminds, if nobody did before."""
    day = question.answer_by
    left = BEFORE
    while left:
        day -= timedelta(days=1)
        left -= working_days.is_working_day(day)
    return day


def remind(question: GroupQuestion, *, by: Viewer | None) -> bool:
    """Write once more to those who have not answered. False where that was done before, it was sent today, or it is closed."""
    db.session.refresh(question, with_for_update=True)
    if not _may_remind(question):
        return False
    question.reminded_at = clock.now()
    audit.record("group_question.reminded", question, by=by)
    write.later(question_id=str(question.id), is_reminder=True, _key=f"{question.id.hex}:reminder")
    return True


def close(question: GroupQuestion, *, by: Viewer | None) -> bool:
    """Take no more answers. False where it was closed before."""
    db.session.refresh(question, with_for_update=True)
    if not question.is_open:
        return False
    question.closed_at = clock.now()
    audit.record("group_question.closed", question, by=by)
    return True


@job("coordinating.look")
def look() -> None:
    """Remind about questions whose day is near, and close those whose day is long over. Safe to repeat."""
    today = clock.today()
    for question in db.session.scalars(
        select(GroupQuestion)
        .where(GroupQuestion.sent_at.is_not(None), GroupQuestion.closed_at.is_(None))
        .order_by(GroupQuestion.answer_by, GroupQuestion.id)
    ).all():
        if question.answer_by + STAYS_OPEN < today:
            close(question, by=None)
        elif reminds_on(question) <= today and _may_remind(question):
            remind(question, by=None)


@job("coordinating.tidy")
def tidy() -> None:
    """Forget links that have aged, drafts that nobody went on with, and questions of two years ago with their answers."""
    now = clock.now()
    db.session.execute(delete(AnswerLink).where(AnswerLink.expires_at < now - LINKS_KEPT))
    old = select(GroupQuestion.id).where(
        (GroupQuestion.closed_at < now - QUESTIONS_KEPT)
        | (GroupQuestion.sent_at.is_(None) & (GroupQuestion.created_at < now - DRAFTS_KEPT))
    )
    for question_id in db.session.scalars(old).all():
        db.session.delete(db.session.get_one(GroupQuestion, question_id))


def silent_count(question: GroupQuestion) -> int:
    """How many groups have not answered."""
    wanted = select(AskedGroup.id).where(
        AskedGroup.question_id == question.id, AskedGroup.left_out.is_(None), AskedGroup.answered_at.is_(None)
    )
    return len(db.session.scalars(wanted).all())


def _may_remind(question: GroupQuestion) -> bool:
    """Once, and on a day after that on which it was sent: nobody is reminded of what they got this morning."""
    if not question.is_open or question.reminded_at is not None or question.sent_at is None:
        return False
    return clock.local(question.sent_at).date() < clock.today()
