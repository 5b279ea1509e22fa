"""What makes a listing useful to somebody who has to decide: a table, each row with why, its weight and the page that mends it.

It is told in words, "3 things would help people decide", each with its link; never as a grade alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.changes.facts import read_all
from portal.core import clock
from portal.core.i18n import lazy_gettext as _l
from portal.directory.models import Service
from portal.groups.link_checks import Trouble, troubles_of

Facts = Mapping[str, Any]
SHORT = 120
"""Letters of a description below which it says little."""


@dataclass(frozen=True)
class Point:
    """One thing that helps. `lacks`: whether a listing with these facts lacks it; `why`: what it does for readers."""

    fact: str
    what: LazyString
    why: LazyString
    points: int
    lacks: Callable[[Facts], bool]


def _is_untold(fact: str) -> Callable[[Facts], bool]:
    return lambda facts: not facts.get(fact)


def _lacks_access(facts: Facts) -> bool:
    visited = [one for one in facts.get("place") or () if one.get("location_type", "physical") == "physical"]
    return bool(visited) and not any(one.get("access") for one in visited)


def _lacks_way(facts: Facts) -> bool:
    visited = [one for one in facts.get("place") or () if one.get("location_type", "physical") == "physical"]
    return bool(visited) and not any(one.get("getting_there") for one in visited)


def _lacks_times(facts: Facts) -> bool:
    return not facts.get("sessions") and not facts.get("opening")


def _lacks_contact(facts: Facts) -> bool:
    return not facts.get("phone") and not facts.get("email")


def _lacks_bringing(facts: Facts) -> bool:
    return "bring_someone" not in (facts.get("first_visit") or {})


POINTS: tuple[Point, ...] = (
    Point("sessions", _l("Say when it is"), _l("People search for today, an evening or a weekday."), 10, _lacks_times),
    Point("place", _l("Say where it is"), _l("People look near them first."), 10, _is_untold("place")),
    Point("cost", _l("Say what it costs, also if it is free"), _l("Not knowing keeps people away."), 8, _is_untold("cost")),
    Point("phone", _l("Give a phone number or an e-mail address"), _l("Many ask before they come."), 8, _lacks_contact),
    Point(
        "first_visit", _l("Say what happens on the first visit"), _l("Fear of the first visit keeps people away most."),
        7, lambda facts: not (facts.get("first_visit") or {}).get("lines"),
    ),
    Point(
        "description", _l("Tell more of what happens"), _l("Who meets you, whether you must speak, how long it lasts."),
        6, lambda facts: len(facts.get("description") or "") < SHORT,
    ),
    Point(
        "place", _l("Say how people get in: steps, toilets, hearing loop"), _l("Some cannot come without knowing."),
        6, _lacks_access,
    ),
    Point("summary", _l("Say in one sentence what it is"), _l("It is what people see in a list."), 5, _is_untold("summary")),
    Point(
        "audiences", _l("Say who it is for, or that anyone can come"), _l("People wonder if they would fit in."), 5,
        lambda facts: not facts.get("audiences") and not facts.get("who_for"),
    ),
    Point("first_visit", _l("Say if people can bring someone"), _l("It makes a first visit easier."), 4, _lacks_bringing),
    Point(
        "how_to_join", _l("Say what to do to join"), _l("A link worker can then tell it in one call."), 4,
        _is_untold("how_to_join"),
    ),
    Point("place", _l("Say how to get there"), _l("The bus stop, where to park, which door."), 3, _lacks_way),
    Point("languages", _l("Say which languages are spoken"), _l("If only English is, leave it."), 1, _is_untold("languages")),
)  # fmt: skip
"""Ordered by how much each helps."""
ALL_POINTS = sum(one.points for one in POINTS)
OPTIONAL = frozenset({"languages"})
"""What need not be told; it is offered last and counts against nobody."""


@dataclass(frozen=True)
class Fix:
    """Something to mend, and where. `is_broken`: it is there and does not work."""

    what: str
    why: str
    address: str
    is_broken: bool = False


@dataclass(frozen=True)
class Quality:
    """How useful a listing is. `share`: of all points, 0 to 1. `fixes`: what would help, most useful first."""

    service_id: UUID
    name: str
    share: float
    fixes: Sequence[Fix]

    @property
    def words(self) -> str:
        """The meter in words."""
        count = len(self.fixes)
        if not count:
            return _("This listing tells people all they need to decide.")
        return ngettext("%(num)s thing would help people decide.", "%(num)s things would help people decide.", count)


def quality_of(services: Iterable[Service]) -> list[Quality]:
    """The meter of each listing, in the order given."""
    several = list(services)
    troubles = troubles_of(several)
    return [_quality(service, troubles.get(service.id, [])) for service in several]


def of_today(services: Iterable[Service]) -> list[Quality]:
    """The meter of one open listing, another each day, so that a group of many is asked for little at a time."""
    several = [one for one in services if one.status == "active"]
    return quality_of([several[clock.today().toordinal() % len(several)]] if several else ())


def lacking(facts: Facts) -> list[Point]:
    """The rows that a listing with these facts lacks, but for what need not be told."""
    return [one for one in POINTS if one.fact not in OPTIONAL and one.lacks(facts)]


def _quality(service: Service, troubles: Sequence[Trouble]) -> Quality:
    missing = lacking(read_all(service))
    lost = sum(one.points for one in missing)
    fixes = [_broken(service, one) for one in troubles] + [
        Fix(str(one.what), str(one.why), _address(service, one.fact)) for one in missing
    ]
    return Quality(service.id, service.name, 1 - lost / ALL_POINTS, fixes)


def _broken(service: Service, trouble: Trouble) -> Fix:
    if trouble.fact == "email":
        what = _("Your e-mail address may not work: %(why)s.", why=str(trouble.words))
    else:
        what = _("Your link may not work: %(why)s.", why=str(trouble.words))
    return Fix(what, _("We looked twice, some days apart."), _address(service, trouble.fact), is_broken=True)


def _address(service: Service, fact: str) -> str:
    endpoint = {"sessions": "groups.edit_sessions", "place": "groups.edit_place"}.get(fact)
    if endpoint is not None:
        return url_for(endpoint, service_id=service.id)
    return url_for("groups.edit_fact", service_id=service.id, fact=fact)
