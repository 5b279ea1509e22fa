"""How often a first visit helped, told so that nobody can work out one answer.

Read only once a quarter is over, so that nobody sees a figure change when somebody answers; only of services with at least 8
answers in it; single answers by `portal.core.small_numbers`, with those hidden that would give a hidden one away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.quarters import Quarter, quarter_of, this_quarter
from portal.core.small_numbers import SMALLEST, known, told, untold
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedCount


@dataclass(frozen=True)
class Rating:
    """The answers about one service in one quarter that is over: at least 8. Counts are whole, and for adding up alone.

    `neighbourhood_id` is where the service meets.
    """

    quarter: Quarter
    service_id: UUID
    organization_id: UUID
    neighbourhood_id: UUID | None
    helped: dict[str, int]
    again: dict[str, int]

    @property
    def total(self) -> int:
        """How many answered."""
        return sum(self.helped.values())

    def told(self) -> dict[str, str]:
        """What may be shown, by answer: each to the nearest 5 or as hidden, so that no hidden one follows from the others."""
        return told_of(self.helped)


def ratings(
    quarter: date,
    *,
    organization_id: UUID | None = None,
    neighbourhoods: frozenset[UUID] | None = None,
) -> Sequence[Rating]:
    """Of services with at least 8 answers in the quarter that a day is in, by service; none where the quarter is not over.

    `neighbourhoods`: those in which services meet; None for all. Whoever shows them sees to who may see them.
    """
    asked = quarter_of(quarter)
    if not asked.is_over:
        return []
    columns = (HelpedCount.service_id, HelpedCount.organization_id, HelpedCount.neighbourhood_id)
    total = func.sum(HelpedCount.count)
    enough = select(HelpedCount.service_id).where(HelpedCount.quarter == asked.slug).group_by(HelpedCount.service_id)
    wanted = select(*columns, HelpedCount.helped, HelpedCount.again, HelpedCount.count).where(
        HelpedCount.quarter == asked.slug, HelpedCount.service_id.in_(enough.having(total >= SMALLEST))
    )
    if organization_id is not None:
        wanted = wanted.where(HelpedCount.organization_id == organization_id)
    if neighbourhoods is not None:
        wanted = wanted.where(HelpedCount.neighbourhood_id.in_(neighbourhoods))
    found: dict[UUID, Rating] = {}
    for service_id, owner, place, helped, again, count in db.session.execute(wanted.order_by(HelpedCount.service_id)):
        empty = Rating(asked, service_id, owner, place, dict.fromkeys(HELPED, 0), dict.fromkeys((*AGAIN, NO_ANSWER), 0))
        one = found.setdefault(service_id, empty)
        one.helped[helped] += count
        one.again[again] += count
    return list(found.values())


@dataclass(frozen=True)
class HelpedHere:
    """What a group is told of the last quarter: how many answered, and each answer in words, or nothing yet."""

    period: str
    total: str
    rows: Sequence[tuple[str, str]]


def helped_at(organization_id: UUID) -> HelpedHere | None:
    """The answers about all services of an organisation with at least 8, in the last quarter; None where there are none."""
    last = this_quarter().before
    found = ratings(last.first, organization_id=organization_id)
    if not found:
        return None
    counts = {answer: sum(one.helped[answer] for one in found) for answer in HELPED}
    shown = told_of(counts)
    rows = [(str(label), shown[answer]) for answer, label in HELPED.items()]
    return HelpedHere(last.label, told(sum(counts.values())), rows)


def told_of(counts: Mapping[str, int]) -> dict[str, str]:
    """Counts by answer as they may be shown beside their total."""
    hidden = untold(list(counts.values()))
    return {
        answer: _("not shown") if place in hidden else f"{known(count):,}"
        for place, (answer, count) in enumerate(counts.items())
    }
