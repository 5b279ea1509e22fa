"""How often a first visit helped, told so that nobody can work out one answer.

Read only once a quarter is over, so that nobody sees a figure change when somebody answers; only of listings with at least 8
answers in it; each answer by `portal.core.small_numbers`, and never a total, of a listing or of several: what it is less the
others would be the small one. The home of a group, the page of a coordinator and `/insight` show the same rows by this one rule,
so that none of them tells more beside another. Source: decision 78.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.quarters import Quarter, quarter_of, this_quarter
from portal.core.small_numbers import SMALLEST, rule, told
from portal.directory.naming import names_of
from portal.organisations.models import Organization
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedCount


@dataclass(frozen=True)
class Rating:
    """The answers about one listing in one quarter that is over: at least 8. Counts are whole, and for telling alone.

    `name`, `group`: the listing and its organisation, as they are called now in public.
    """

    quarter: Quarter
    service_id: UUID
    organization_id: UUID
    name: str
    group: str
    helped: dict[str, int]
    again: dict[str, int]

    @property
    def told(self) -> dict[str, str]:
        """What may be shown, by answer."""
        return told_of(self.helped)


def ratings(
    quarter: date,
    *,
    organization_id: UUID | None = None,
    services: Collection[UUID] | None = None,
) -> Sequence[Rating]:
    """Of listings with at least 8 answers in the quarter that a day is in, by name; none where the quarter is not over.

    `services`: of these listings; None for all. Whoever shows them sees to who may see them. Five statements, one where there
    are none.
    """
    asked = quarter_of(quarter)
    if not asked.is_over:
        return []
    columns = (HelpedCount.service_id, HelpedCount.organization_id, Organization.name)
    total = func.sum(HelpedCount.count)
    enough = select(HelpedCount.service_id).where(HelpedCount.quarter == asked.slug).group_by(HelpedCount.service_id)
    wanted = select(*columns, HelpedCount.helped, HelpedCount.again, HelpedCount.count).where(
        HelpedCount.quarter == asked.slug, HelpedCount.service_id.in_(enough.having(total >= SMALLEST))
    )
    wanted = wanted.join(Organization, Organization.id == HelpedCount.organization_id)
    if organization_id is not None:
        wanted = wanted.where(HelpedCount.organization_id == organization_id)
    if services is not None:
        wanted = wanted.where(HelpedCount.service_id.in_(services))
    found: dict[UUID, Rating] = {}
    rows = db.session.execute(wanted).all()
    names = names_of({row.service_id for row in rows})
    for service_id, owner, group, helped, again, count in rows:
        empty = Rating(
            asked, service_id, owner, names[service_id], group, dict.fromkeys(HELPED, 0),
            dict.fromkeys((*AGAIN, NO_ANSWER), 0),
        )  # fmt: skip
        one = found.setdefault(service_id, empty)
        one.helped[helped] += count
        one.again[again] += count
    return sorted(found.values(), key=lambda one: (one.name.casefold(), str(one.service_id)))


@dataclass(frozen=True)
class HelpedHere:
    """What is told of the last quarter, by listing. `answers`: what could be answered, in words."""

    period: str
    rows: Sequence[Rating]
    answers: Mapping[str, LazyString] = field(default_factory=lambda: HELPED)

    @property
    def how(self) -> list[str]:
        """How it is counted, in sentences."""
        return [
            _("People are asked once, some days after a first visit, and answer without a name."),
            _("A listing counts once at least %(smallest)s people have answered in a quarter.", smallest=SMALLEST),
            _("It is shown when the quarter is over."),
            *rule(),
        ]


def helped_at(organization_id: UUID) -> HelpedHere | None:
    """The answers about an organisation's listings with at least 8, in the last quarter; None where there are none."""
    last = this_quarter().before
    return _here(last, ratings(last.first, organization_id=organization_id))


def helped_among(services: Collection[UUID]) -> HelpedHere | None:
    """The same of these listings, whoever offers them."""
    last = this_quarter().before
    return _here(last, ratings(last.first, services=services)) if services else None


def _here(quarter: Quarter, rows: Sequence[Rating]) -> HelpedHere | None:
    return HelpedHere(quarter.label, rows) if rows else None


def told_of(counts: Mapping[str, int]) -> dict[str, str]:
    """Counts by answer of one listing as they may be shown: nothing at all below 8 answers, and no total beside them."""
    return {answer: told(count) for answer, count in counts.items()} if sum(counts.values()) >= SMALLEST else {}
