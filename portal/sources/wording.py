"""What pages call the facts that importing compares. Those of a listing's own page bear the names that they have there."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.changes.facts import FACTS
from portal.core.i18n import lazy_gettext as _l

_AGES, _PEOPLE, _COST, _VISIT = (FACTS[name].label for name in ("ages", "audiences", "cost", "first_visit"))
LABELS: Mapping[str, LazyString] = MappingProxyType(
    {
        **{name: fact.label for name, fact in FACTS.items()},
        "phones": FACTS["phone"].label,
        "contacts": FACTS["phone"].label,
        "price": _COST,
        "fees": _COST,
        "minimum_age": _AGES,
        "maximum_age": _AGES,
        "excluded_audiences": _PEOPLE,
        "anyone_welcome": _PEOPLE,
        "bring_someone": _VISIT,
        "how": FACTS["delivery"].label,
        "access": _l("What is there for people who need it"),
        "getting_there": _l("Getting there"),
        "organisation": _l("Organisation"),
        "about_organisation": _l("About the organisation"),
        "service_areas": _l("Areas served"),
        "funding": _l("Who pays"),
        "accreditations": _l("Accreditations"),
        "tags": _l("Words of the source"),
        "status": _l("Whether it is open"),
        "lang": _l("The language of its words"),
    }
)


def labels_of(names: Iterable[str]) -> list[str]:
    """What facts are called, each once, in order; one that nobody has named yet bears its own name."""
    return list(dict.fromkeys(str(LABELS.get(name, name)) for name in names))


SHORT_STATES: Mapping[str, LazyString] = MappingProxyType(
    {"new": _l("New"), "active": _l("Active"), "paused": _l("Paused"), "stopped": _l("Stopped")}
)
BY_KIND: Mapping[str, LazyString] = MappingProxyType(
    {
        "group": _l("Edited here by the group"),
        "moderator": _l("Edited here by our team"),
        "person": _l("Edited here by somebody with a link from our mail"),
    }
)
HERE = _l("Edited here")


def state(name: str) -> LazyString:
    """How a source stands, in a word."""
    return SHORT_STATES[name]


def whose(by_kind: str | None) -> LazyString:
    """Who edited a fact here, as far as that is known."""
    return BY_KIND.get(by_kind or "", HERE)
