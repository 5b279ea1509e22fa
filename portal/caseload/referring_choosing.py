"""Whom a listing is for, chosen from a caseload; and where the pages of a referral lead back to."""

from collections.abc import Sequence
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from portal.core import clock, wording, working_days
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.people.models import Person
from portal.people.queries import may_see
from portal.referrals.clocks import clocks
from portal.referrals.models import Introduction, Referral
from portal.referrals.states import State

MOST_SHOWN = 60
MOST_READ = 2_000


def service_of(service_id: UUID) -> Service:
    """A listing that is open. Raises NotFound."""
    service = db.session.get(Service, service_id)
    if service is None or service.status != "active" or service.withdrawn_at or service.merged_into_id:
        raise NotFound(_("There is no listing here."))
    return service


def people_for(who: Viewer, typed: str) -> Sequence[Person]:
    """Who is open on one's own caseload; or those of the team whom the words mean, by reference or initials."""
    if known := read_reference(typed):
        return db.session.scalars(select(Person).where(Person.reference == known, may_see(who))).all()
    wanted = select(Person).where(may_see(who), Person.closed_at.is_(None), Person.death_recorded_at.is_(None))
    if not typed:
        wanted = wanted.where(Person.worker_id == who.id).limit(MOST_SHOWN)
    rows = db.session.scalars(wanted.order_by(Person.changed_at.desc(), Person.id).limit(MOST_READ)).all()
    letters = _letters(typed)
    return [one for one in rows if not letters or _letters(one.initials) == letters][:MOST_SHOWN]


def record_address(person: Person) -> str:
    """Where the record of a person is."""
    return url_for("caseload.record", reference=person.reference)


def gone(referral: Referral) -> list[tuple[Introduction, str]]:
    """The introductions that went out, or wait for the person to agree, and by when an answer is asked for."""
    rows = [one for one in referral.introductions if one.state != State.ENTERED_IN_ERROR.value]
    by = working_days.later(clock.today(), clocks().remind_again)
    return [(one, wording.day(one.respond_by or by)) for one in rows]


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
