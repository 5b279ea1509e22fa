"""Whether a listing has space, and how long its word holds. Source: journeys.md 5, the space tag."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from flask_babel import ngettext

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.directory.models import Service

HOLDS_DAYS = 30
"""Said longer ago than this, it is no longer shown: readers are told to ask."""

State = Literal["space", "wait", "full", "paused", "drop_in", "ask"]


@dataclass(frozen=True)
class Space:
    """What can be said about space today. `weeks` only when there is a wait, `until` only when full to a date."""

    state: State
    weeks: int | None = None
    until: date | None = None


TAG_KINDS: dict[State, str] = {
    "space": "space",
    "wait": "wait",
    "full": "full",
    "paused": "full",
    "drop_in": "drop-in",
    "ask": "ask",
}
SINKS: dict[State, int] = {"space": 0, "drop_in": 0, "ask": 0, "wait": 1, "full": 4, "paused": 5}
"""How far each state lowers a listing among equal matches."""
SAID: dict[str, State] = {"space": "space", "waiting": "wait", "full": "full", "paused": "paused"}


def space_of(service: Service, today: date | None = None) -> Space:
    """What a service has said about space, while its word holds; else drop in, where that is how to join; else ask."""
    today = today or clock.today()
    if not still_holds(service, today):
        return Space("drop_in" if "drop_in" in service.joining else "ask")
    state = SAID[str(service.space_state)]
    return Space(
        state,
        weeks=service.space_weeks if state == "wait" else None,
        until=service.space_full_until if state == "full" else None,
    )


def label(space: Space) -> str:
    """The words of the tag."""
    if space.state == "space":
        return _("Space now")
    if space.state == "drop_in":
        return _("Drop in")
    if space.state == "wait" and space.weeks:
        return str(ngettext("Wait about %(num)s week", "Wait about %(num)s weeks", space.weeks))
    if space.state == "wait":
        return _("There is a wait")
    if space.state == "full" and space.until:
        return _("Full until %(date)s", date=wording.short_date(space.until))
    if space.state == "full":
        return _("Full now")
    return _("Not taking new people now") if space.state == "paused" else _("Ask about space")


def takes_referrals(service: Service) -> bool:
    """Whether people may refer themselves, as far as the listing tells: how to join says so, and it is not full."""
    return "self_refer" in service.joining and space_of(service).state not in {"full", "paused"}


def still_holds(service: Service, today: date) -> bool:
    """Whether what was said of space is still shown."""
    if service.space_state is None or service.space_said_at is None:
        return False
    if service.space_state == "full" and service.space_full_until and service.space_full_until < today:
        return False
    return (today - clock.local(service.space_said_at).date()).days <= HOLDS_DAYS
