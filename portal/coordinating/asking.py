"""Writing a question, choosing the groups, and sending it once. What is sent goes out by a job that may run twice."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.coordinating.links import end_links, new_link
from portal.coordinating.models import AnswerLink, AskedGroup, GroupQuestion
from portal.coordinating.notifications import GroupAsked
from portal.coordinating.reaching import contacts_in, nobody_reached, reach_of
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.errors import DomainError, NotFound, Overtaken
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.forms import new_key
from portal.core.i18n import gettext as _
from portal.core.jobs import job
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.holding import may_in
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

MOST_GROUPS = 900
"""Groups of one question: as many as one form can tick."""
A_STEP = 50
FIRST = UUID(int=0)
LOCK = 7_310_074
"""Whoever counts what groups were asked this week, to send one more, holds it."""


@dataclass(frozen=True)
class Written:
    """A question as it was typed. `choices`: empty but for a question with its own."""

    words: str
    kind: str
    choices: tuple[str, ...]
    answer_by: date


def new_draft(area: str, written: Written, *, key: str, by: Viewer, team_id: UUID | None = None) -> GroupQuestion:
    """A question that nobody sees yet. The same form sent twice makes one. Raises NotFound for an area that is not theirs.

    `team_id`: of a team of that area, whose groups it is for.
    """
    if not may_in(by, Permission.COORDINATE, area):
        raise NotFound(_("There is no such area, or it is not one of yours."))
    known = select(GroupQuestion).where(GroupQuestion.form_key == key)
    found = db.session.scalar(known)
    if found is not None and found.asked_by_id == by.id:
        return found
    key = key if found is None else new_key()
    question = GroupQuestion(
        id=new_id(), area=area, team_id=team_id, asked_by_id=by.id, form_key=key, **_columns(written)
    )
    try:
        with db.session.begin_nested():
            db.session.add(question)
    except IntegrityError:  # another request of the same form was a moment earlier
        return db.session.scalars(known).one()
    return question


def change_draft(question: GroupQuestion, written: Written, *, version: int) -> None:
    """Other words for a draft. Raises Overtaken where it is no longer the version that was seen."""
    _hold(question)
    if question.version != version or question.sent_at is not None:
        told = _("This question was changed in another window meanwhile. Look at both, then save what is right.")
        raise Overtaken(told, version=question.version)
    for name, value in _columns(written).items():
        setattr(question, name, value)
    question.version += 1


def _columns(written: Written) -> dict[str, str | date | None]:
    choices = "\n".join(written.choices) if written.kind == "choice" else None
    return {"words": written.words, "kind": written.kind, "choices": choices, "answer_by": written.answer_by}


def discard(question: GroupQuestion) -> None:
    """Throw a draft away. Thrown away at the same moment, it is gone."""
    with suppress(NotFound):
        _hold(question)
        if question.sent_at is None:
            db.session.delete(question)


def choose(question: GroupQuestion, organisations: Iterable[UUID]) -> None:
    """The groups that a draft goes to, in place of those chosen before."""
    _hold(question)
    if question.sent_at is not None:
        return
    db.session.execute(delete(AskedGroup).where(AskedGroup.question_id == question.id))
    chosen = list(dict.fromkeys(organisations))[:MOST_GROUPS]
    db.session.add_all([AskedGroup(question_id=question.id, organization_id=one) for one in chosen])
    db.session.flush()


def send(question: GroupQuestion, *, by: Viewer) -> int:
    """Send a draft to the groups that it reaches, and note who was left out and why. Gives how many it goes to.

    One question after the other: two at once would not know of each other, and pass what a group gets in a week.
    Sent already, it stays as it is: the same button twice sends once. Raises DomainError where it reaches nobody, or where the
    day for answers has come meanwhile.
    """
    _hold(question)
    rows = {one.organization_id: one for one in _rows(question)}
    if question.sent_at is not None:
        return sum(one.left_out is None for one in rows.values())
    if question.answer_by <= clock.today():
        raise DomainError(_("The day for answers has come. Change it first."))
    one_at_a_time(db.session(), LOCK)
    reached = 0
    for reach in reach_of(question.asked_by_id, list(rows)):
        rows[reach.organization_id].left_out = reach.left_out
        reached += reach.left_out is None
    if not reached:
        raise DomainError(nobody_reached())
    question.sent_at, question.version = clock.now(), question.version + 1
    details = {"groups": reached, "left_out": len(rows) - reached, "area": question.area}
    audit.record("group_question.sent", question, by=by, details=details)
    write.later(question_id=str(question.id), _key=question.id.hex)
    return reached


@job("coordinating.write")
def write(question_id: str, is_reminder: bool = False, after: str = FIRST.hex) -> None:
    """Write to the groups of a question that have not answered, some at a time: for the first time, or as a reminder.

    Whoever was written to since it was sent or reminded is not written to again, so it may run twice.
    """
    question = db.session.get(GroupQuestion, UUID(question_id))
    if question is None or not question.is_open:
        return
    since = question.reminded_at if is_reminder else question.sent_at
    if since is None:
        return
    wanted = select(AskedGroup).where(
        AskedGroup.question_id == question.id, AskedGroup.left_out.is_(None), AskedGroup.answered_at.is_(None)
    )
    rows = db.session.scalars(wanted.where(AskedGroup.id > UUID(after)).order_by(AskedGroup.id).limit(A_STEP)).all()
    _write_to(rows, since, is_reminder=is_reminder)
    if len(rows) == A_STEP:
        write.later(question_id=question_id, is_reminder=is_reminder, after=rows[-1].id.hex)


def _write_to(rows: Sequence[AskedGroup], since: datetime, *, is_reminder: bool) -> None:
    ids = [one.id for one in rows]
    written = select(AnswerLink.asked_id).where(AnswerLink.asked_id.in_(ids), AnswerLink.made_at >= since)
    done = set(db.session.scalars(written))
    people = contacts_in([one.organization_id for one in rows])
    for asked in rows:
        if asked.id in done:
            continue
        end_links(asked.id)
        for contact in people.get(asked.organization_id, ()):
            told = GroupAsked(asked_id=str(asked.id), token=new_link(asked, contact), is_reminder=is_reminder)
            to = Recipient(email=contact.email, locale=contact.locale, user_id=contact.user_id)
            notify(told, to=to, key=f"group-question:{asked.id}:{'reminder' if is_reminder else 'first'}")


def _rows(question: GroupQuestion) -> Sequence[AskedGroup]:
    return db.session.scalars(select(AskedGroup).where(AskedGroup.question_id == question.id)).all()


def _hold(question: GroupQuestion) -> None:
    """Let nobody else change it meanwhile, and read it as it stands now. Raises NotFound where somebody threw it away."""
    wanted = select(GroupQuestion).where(GroupQuestion.id == question.id).with_for_update()
    if db.session.scalar(wanted.execution_options(populate_existing=True)) is None:
        raise NotFound(_("This draft was thrown away in another window."))
