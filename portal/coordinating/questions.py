"""Questions of coordinators, and what groups answered. Who coordinates another area finds nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from portal.coordinating.kinds import KINDS, in_one_line, states_of
from portal.coordinating.models import AskedGroup, GroupQuestion
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.geography.holding import is_within
from portal.organisations.models import Organization

MOST_IN_LIST = 200
HOW = {"e-mail": _l("from the e-mail"), "site": _l("signed in")}
"""How an answer came, as `GroupAnswer.how` holds it."""


@dataclass(frozen=True)
class Standing:
    """How a question stands: how many groups were asked, and how many of them answered."""

    question: GroupQuestion
    asked: int
    answered: int

    @property
    def days_left(self) -> int:
        """Days until it is to be answered; negative where that is over."""
        return (self.question.answer_by - clock.today()).days


@dataclass(frozen=True)
class Line:
    """One group in the table of answers. `lines`: what it answered in words; `earlier`: what it had said before, oldest first."""

    asked: AskedGroup
    name: str
    lines: tuple[str, ...]
    how: str | None
    earlier: tuple[tuple[date, str], ...] = ()

    @property
    def answer(self) -> str:
        """What it answered, on one line; empty where it did not."""
        return in_one_line(self.lines)

    @property
    def how_told(self) -> str:
        """How it came, in words; empty where there is no answer."""
        return str(HOW[self.how]) if self.how else ""


@dataclass(frozen=True)
class Answers:
    """All of one question, by names of groups."""

    question: GroupQuestion
    answered: tuple[Line, ...]
    silent: tuple[Line, ...]
    left_out: tuple[Line, ...]
    summary: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How many groups were asked."""
        return len(self.answered) + len(self.silent)


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Of questions: sent ones of the areas that somebody coordinates, and drafts of their own."""
    here = is_within(GroupQuestion.area, viewer.areas_with(Permission.COORDINATE))
    return here & or_(GroupQuestion.sent_at.is_not(None), GroupQuestion.asked_by_id == viewer.id)


def question_for(viewer: Viewer, question_id: UUID) -> GroupQuestion:
    """One of them, also a draft. Raises NotFound."""
    wanted = select(GroupQuestion).where(GroupQuestion.id == question_id, is_theirs(viewer))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such question, or it is of an area that is not yours."))
    return found


def draft_for(viewer: Viewer, question_id: UUID) -> GroupQuestion:
    """One that is not sent yet. Raises NotFound."""
    found = question_for(viewer, question_id)
    if found.sent_at is not None:
        raise NotFound(_("This question was sent, so it cannot be changed any more."))
    return found


def sent_for(viewer: Viewer, question_id: UUID) -> GroupQuestion:
    """One that was sent. Raises NotFound."""
    found = question_for(viewer, question_id)
    if found.sent_at is None:
        raise NotFound(_("This question was not sent yet."))
    return found


def questions_of(viewer: Viewer, areas: Collection[str]) -> list[Standing]:
    """Questions of areas: open ones by their day, then drafts, then closed ones, newest first. Two statements."""
    wanted = select(GroupQuestion).where(is_theirs(viewer), GroupQuestion.area.in_(areas))
    found = db.session.scalars(wanted.order_by(GroupQuestion.created_at.desc()).limit(MOST_IN_LIST)).all()
    counts = _counts([one.id for one in found])
    standings = [Standing(one, *counts.get(one.id, (0, 0))) for one in found]
    return sorted(standings, key=_order)


def _order(one: Standing) -> tuple[int, date, str]:
    question = one.question
    if question.is_open:
        return 0, question.answer_by, str(question.id)
    return (1 if question.sent_at is None else 2), date.max - (question.created_at.date() - date.min), str(question.id)


def _counts(ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    wanted = (
        select(AskedGroup.question_id, func.count(), func.count(AskedGroup.answered_at))
        .where(AskedGroup.question_id.in_(ids), AskedGroup.left_out.is_(None))
        .group_by(AskedGroup.question_id)
    )
    return {one: (asked, answered) for one, asked, answered in db.session.execute(wanted)}


def chosen_of(question: GroupQuestion) -> list[UUID]:
    """The groups that were chosen for a draft."""
    return list(db.session.scalars(select(AskedGroup.organization_id).where(AskedGroup.question_id == question.id)))


def answers_to(question: GroupQuestion) -> Answers:
    """The table of a question. At most four statements."""
    wanted = (
        select(AskedGroup)
        .join(Organization, Organization.id == AskedGroup.organization_id)
        .where(AskedGroup.question_id == question.id)
        .options(contains_eager(AskedGroup.organization), selectinload(AskedGroup.history))
    )
    asked = sorted(db.session.scalars(wanted).all(), key=lambda one: (one.organization.name.casefold(), one.id))
    names = names_for(question, [value.value for one in asked for value in one.history])
    lines = [_line(question, one, names) for one in asked]
    values = [one.answer for one in asked if one.answer is not None]
    return Answers(
        question,
        answered=tuple(one for one in lines if one.asked.answer is not None),
        silent=tuple(one for one in lines if one.asked.answer is None and one.asked.left_out is None),
        left_out=tuple(one for one in lines if one.asked.left_out is not None),
        summary=tuple(KINDS[question.kind].summed(values, question.choice_list)),
    )


def names_for(question: GroupQuestion, values: Sequence[str]) -> dict[str, str]:
    """Names of the listings that answers about space are about; empty for other kinds."""
    if question.kind != "space":
        return {}
    ids = {UUID(one) for value in values for one in states_of(value)}
    rows = db.session.execute(select(Service.id, Service.name).where(Service.id.in_(ids)))
    return {str(one): name for one, name in rows}


def shown_answer(question: GroupQuestion, value: str, names: dict[str, str] | None = None) -> list[str]:
    """An answer in words, a line for each thing that it says."""
    told = names_for(question, [value]) if names is None else names
    return KINDS[question.kind].shown(value, question.choice_list, told)


def _line(question: GroupQuestion, one: AskedGroup, names: dict[str, str]) -> Line:
    shown = tuple(shown_answer(question, one.answer, names)) if one.answer is not None else ()
    earlier = tuple(
        (clock.local(was.given_at).date(), in_one_line(shown_answer(question, was.value, names)))
        for was in one.history[:-1]
    )
    return Line(one, one.organization.name, shown, one.history[-1].how if one.history else None, earlier)


@dataclass(frozen=True)
class ToDo:
    """A question that a group has not answered, for its home page."""

    asked: AskedGroup
    question: GroupQuestion


def asked_of(organization_id: UUID, *, unanswered: bool = False) -> list[ToDo]:
    """Questions to a group that are open, those to be answered first before others. One statement."""
    wanted = (
        select(AskedGroup, GroupQuestion)
        .join(GroupQuestion, GroupQuestion.id == AskedGroup.question_id)
        .where(
            AskedGroup.organization_id == organization_id,
            AskedGroup.left_out.is_(None),
            GroupQuestion.sent_at.is_not(None),
            GroupQuestion.closed_at.is_(None),
        )
    )
    if unanswered:
        wanted = wanted.where(AskedGroup.answered_at.is_(None))
    rows = db.session.execute(wanted.order_by(GroupQuestion.answer_by, GroupQuestion.id))
    return [ToDo(asked, question) for asked, question in rows]


def asked_of_all(viewer: Viewer) -> list[tuple[Organization, list[ToDo]]]:
    """Open questions to the groups for which somebody speaks, by names of groups. One statement."""
    wanted = (
        select(AskedGroup, GroupQuestion, Organization)
        .join(GroupQuestion, GroupQuestion.id == AskedGroup.question_id)
        .join(Organization, Organization.id == AskedGroup.organization_id)
        .where(
            is_among(AskedGroup.organization_id, viewer.organisations_with(Permission.LISTING_EDIT)),
            AskedGroup.left_out.is_(None),
            GroupQuestion.sent_at.is_not(None),
            GroupQuestion.closed_at.is_(None),
        )
        .order_by(Organization.name, Organization.id, GroupQuestion.answer_by, GroupQuestion.id)
    )
    found: dict[UUID, tuple[Organization, list[ToDo]]] = {}
    for asked, question, group in db.session.execute(wanted):
        found.setdefault(group.id, (group, []))[1].append(ToDo(asked, question))
    return list(found.values())


def asked_for(viewer: Viewer, asked_id: UUID) -> AskedGroup:
    """A question to a group for which somebody speaks, open or closed. Raises NotFound."""
    wanted = (
        select(AskedGroup)
        .join(GroupQuestion, GroupQuestion.id == AskedGroup.question_id)
        .where(
            AskedGroup.id == asked_id,
            AskedGroup.left_out.is_(None),
            GroupQuestion.sent_at.is_not(None),
            is_among(AskedGroup.organization_id, viewer.organisations_with(Permission.LISTING_EDIT)),
        )
    )
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such question, or it is not to one of your groups."))
    return found
