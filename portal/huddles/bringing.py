"""Bringing somebody to the next huddle from their record or a referral: one press, and the board opens at their case."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from portal.core import clock, wording
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.periods import holds_on
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.directory.needs import NEEDS
from portal.geography.models import Neighbourhood
from portal.huddles import actions, adding, gaps
from portal.huddles.meeting import Meeting, meeting_at, next_day
from portal.huddles.models import HuddleCase
from portal.matching.records import where
from portal.people.models import Person
from portal.people.queries import may_see
from portal.referrals.models import Introduction, Referral
from portal.referrals.queries import is_asked_by, is_received_by
from portal.teams.models import TeamPatch
from portal.teams.queries import teams_of


class NoTeam(DomainError):
    """The viewer is in no team that could talk about this person."""

    status = 409


@dataclass(frozen=True)
class Brought:
    """The huddle that somebody was brought to, and the reference by which their case opens there."""

    meeting: Meeting
    reference: str


def bring(reference: str, *, form_key: str, by: Viewer) -> Brought:
    """Put somebody on the board of the next huddle of their team. Who is on it already stays as they are.

    `reference`: of a record or of a referral, that the viewer holds. Raises NotFound, NoTeam, Finished.
    """
    slug = _slug_for(reference, by)
    meeting = meeting_at(by, slug, next_day(by, slug).isoformat())
    try:
        found = adding.found_by(by, meeting, reference)
    except adding.NotHeld as problem:
        raise NotFound(problem.sentence) from problem
    person = db.session.get_one(Person, found.person_id)
    is_on = (HuddleCase.team_id == meeting.team_id, HuddleCase.person_id == person.id, HuddleCase.closed_on.is_(None))
    if db.session.scalar(select(HuddleCase.id).where(*is_on)) is None:
        lead = next((one for one in meeting.members if one.is_now and one.user_id == by.id), None)
        actions.add_case(
            meeting, person.id, why=_why(person, found.introduction_id), lead_id=lead.id if lead else None,
            has_safety=False, form_key=form_key, introduction_id=found.introduction_id, by=by,
        )  # fmt: skip
    return Brought(meeting, person.reference)


def _slug_for(reference: str, by: Viewer) -> str:
    """The address of the viewer's team that covers where the person lives; of their only team where that is not known."""
    teams = {one.id for one in teams_of(by)}
    person = _meant(reference, by)
    home = gaps.where_of(where(person)) if person is not None else gaps.Where()
    if home.team_id in teams and home.slug is not None:
        return home.slug
    if len(teams) != 1:
        raise NoTeam(
            _("None of your teams covers where this person lives. Open the huddle, and add the case there.")
            if teams
            else _("You are in no neighbourhood team today. Ask its coordinator to add you.")
        )
    wanted = select(Neighbourhood.slug).join(TeamPatch, TeamPatch.neighbourhood_id == Neighbourhood.id)
    wanted = wanted.where(TeamPatch.team_id == teams.pop(), holds_on(clock.today(), TeamPatch))
    slug = db.session.scalar(wanted.order_by(Neighbourhood.name, Neighbourhood.id).limit(1))
    if slug is None:
        raise NoTeam(_("Your team covers no neighbourhood today. Ask its coordinator."))
    return slug


def _meant(reference: str, by: Viewer) -> Person | None:
    """Whom a reference of a record or of a referral means, for who holds either."""
    known = read_reference(reference)
    person = db.session.scalar(select(Person).where(Person.reference == known, may_see(by))) if known else None
    if person is not None or known is None:
        return person
    is_theirs = or_(is_received_by(by), is_asked_by(by))
    one = db.session.scalar(select(Introduction).where(Introduction.reference == known, is_theirs))
    return one.person if one is not None and one.person.erased_at is None else None


def _why(person: Person, introduction_id: UUID | None) -> str:
    """What would help, by its label: no words that anybody typed. The team says it better on the board."""
    needs = person.needs or ()
    if introduction_id is not None:
        referral = select(Referral).join(Introduction, Introduction.referral_id == Referral.id)
        found = db.session.scalars(referral.where(Introduction.id == introduction_id)).one()
        needs = found.needs or needs
    labels = [str(NEEDS[one].label) for one in needs if one in NEEDS]
    return wording.comma_list(labels) or _("Brought from the caseload")
