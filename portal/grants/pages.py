"""What the pages of grants show: a grant quarter by quarter, and a form that met somebody else's change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.core.quarters import Quarter
from portal.core.wording import full_date, money
from portal.grants.communities import communities_label
from portal.grants.models import Grant, GrantReport, GrantRound
from portal.grants.queries import may_report, quarters_of
from portal.grants.sessions import held, listings_of


@dataclass(frozen=True)
class Row:
    """One quarter of a grant. `timetable`: sessions of its listings, as their timetables stand today."""

    quarter: Quarter
    timetable: int
    report: GrantReport | None
    may_report: bool


@dataclass(frozen=True)
class Differs:
    """One fact that somebody else changed: as it stands, and as it was typed."""

    label: str
    standing: str
    typed: str


def rows_of(grant: Grant) -> list[Row]:
    """Every quarter of a grant, the newest first."""
    listings = listings_of([grant])
    told = {one.quarter: one for one in grant.reports}
    return [
        Row(
            quarter,
            len({one.key for one in held(grant, quarter, listings)}),
            told.get(quarter.first),
            may_report(grant, quarter),
        )
        for quarter in reversed(quarters_of(grant))
    ]


def round_facts(one: GrantRound) -> dict[str, str]:
    """A round as words, by field of its form."""
    return {
        "name": one.name, "area": one.area, "amount": money(one.total_pence), "purpose": one.purpose or "",
        "opens_on": full_date(one.opens_on), "closes_on": full_date(one.closes_on),
    }  # fmt: skip


def grant_facts(one: Grant) -> dict[str, str]:
    """A grant as words, by field of its form."""
    return {
        "name": one.name, "amount": money(one.amount_pence), "communities": communities_label(one.communities),
        "neighbourhoods": _(", ").join(sorted(place.neighbourhood.name for place in one.places)),
        "services": _(", ").join(sorted(paid.service.name for paid in one.services)),
        "starts_on": full_date(one.starts_on), "ends_on": full_date(one.ends_on),
        "promised_sessions": str(one.promised_sessions), "promised_people": str(one.promised_people),
    }  # fmt: skip


def typed_facts(form: Any) -> dict[str, str]:
    """What was typed into such a form, as words too."""
    found = {}
    for field in form.shown:
        if field.type == "DateField":
            found[field.name] = full_date(field.data) if field.data else ""
        elif field.type == "SelectMultipleField":
            found[field.name] = _chosen(field)
        elif field.name == "amount":
            found[field.name] = money(form.pence)
        else:
            found[field.name] = str(field.data if field.data is not None else "")
    return found


def differences(form: Any, standing: dict[str, str]) -> list[Differs]:
    """What differs between what stands and what was typed."""
    typed = typed_facts(form)
    return [
        Differs(str(field.label.text), standing[field.name], typed[field.name])
        for field in form.shown
        if field.name in standing and standing[field.name] != typed[field.name]
    ]


def _chosen(field: Any) -> str:
    names: Iterable[str] = (str(one.label) for one in field.choices if one.value in (field.data or ()))
    return _(", ").join(names if field.name == "communities" else sorted(names))
