"""What can be done with a record beside its parts, in the order of its page; and words that its page needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people.models import Person
from portal.referrals.models import Introduction

GOAL_RESULTS: Mapping[str, LazyString] = {
    "achieved": _l("Achieved"),
    "partly": _l("Partly achieved"),
    "not-achieved": _l("Not achieved"),
    "not-known": _l("Not known"),
}
ALWAYS = (
    ("caseload.details", _l("Name, NHS number and further details")),
    ("caseload.seen", _l("Who has seen what")),
)
OPEN = (
    ("caseload.next_step", _l("Say what comes next")),
    ("caseload.flag", _l("Flag to the neighbourhood team")),
    ("caseload.give", _l("Hand to a colleague")),
    ("caseload.close", _l("Close this record")),
)


def acts_of(person: Person) -> list[tuple[str, LazyString]]:
    """Endpoints and words of what can be done with this record now."""
    if person.death_recorded_at is not None:
        return [*ALWAYS] if person.closed_at else [*ALWAYS, ("caseload.close", _l("Close this record"))]
    if person.closed_at is not None:
        return [*ALWAYS, ("caseload.open_again", _l("Open this record again"))]
    contact = (
        ("caseload.allow_contact", _l("Allow contact again"))
        if person.do_not_contact
        else ("caseload.block_contact", _l("Do not contact"))
    )
    return [*ALWAYS, *OPEN, contact, ("caseload.death", _l("Record a death"))]


def handover_words(one: Introduction) -> str:
    """What a handover to the own team is called where one goes to finish it."""
    asked = one.referral.organization
    return _("The handover from %(practice)s", practice=asked.name) if asked else _("What they asked your team for")


def is_own(one: Introduction, person: Person) -> bool:
    """Whether it is the handover by which the team has the person, not a referral onwards."""
    return one.kind == "link-work" and one.organization_id == person.organization_id


def next_at(person: Person) -> str:
    """ "Friday 27 November, 2pm"."""
    if person.next_on is None:
        return ""
    day = wording.day(person.next_on)
    if person.next_time is None:
        return day
    return _("%(day)s, %(time)s", day=day, time=wording.clock_time(person.next_time))


def day_of(moment: datetime) -> str:
    """ "Friday 20 November"."""
    return wording.day(clock.local(moment).date())


def words_of(person: Person) -> dict[str, Any]:
    """What the page of the record says beside the record itself."""
    return {"acts": acts_of(person), "next_at": next_at(person), "day_of": day_of, "goal_results": GOAL_RESULTS}
