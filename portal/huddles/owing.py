"""What is whose to do after a huddle: open actions of members or of their roles, in cases that are shared with them today."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.references import shown
from portal.huddles.models import Huddle, HuddleAction, HuddleCase
from portal.huddles.sharing import shared
from portal.people.models import Person
from portal.teams.models import TeamMember
from portal.teams.queries import members_of


def summary(huddle_id: UUID, user_id: UUID) -> tuple[Huddle, list[tuple[str, date]]]:
    """For a message: the reference of the case and the day of each open action of somebody that they may see today.

    Raises NoResultFound where there is no such huddle any more.
    """
    huddle = db.session.get_one(Huddle, huddle_id)
    members = [one for one in members_of(huddle.team_id) if one.user_id == user_id]
    return huddle, [(shown(reference), action.due_on) for action, reference in _theirs(huddle.team_id, members)]


def owners(team_id: UUID) -> list[User]:
    """Who has something to do: each once."""
    mine: dict[UUID, list[TeamMember]] = defaultdict(list)
    for one in members_of(team_id):
        mine[one.user_id].append(one)
    return [held[0].user for held in mine.values() if held[0].user.deactivated_at is None and _theirs(team_id, held)]


def _theirs(team_id: UUID, members: Sequence[TeamMember]) -> list[tuple[HuddleAction, str]]:
    """Open actions of a team that are these members', or any of their role, in cases that are shared with them."""
    still = exists().where(HuddleAction.case_id == HuddleCase.id, HuddleAction.ended_on.is_(None))
    cases = shared(HuddleCase.team_id == team_id, still)
    wanted = (
        select(HuddleAction, Person.reference)
        .join(Person, Person.id == HuddleAction.person_id)
        .where(HuddleAction.case_id.in_(list(cases)), HuddleAction.ended_on.is_(None))
        .order_by(HuddleAction.due_on, HuddleAction.id)
    )
    return [
        (action, reference)
        for action, reference in db.session.execute(wanted)
        if any(_is_of(action, one) and cases[action.case_id].is_with([one.organization_id]) for one in members)
    ]


def _is_of(action: HuddleAction, member: TeamMember) -> bool:
    return action.owner_id == member.id if action.owner_id is not None else action.owner_kind == member.kind
