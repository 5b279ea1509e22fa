"""Answers to "did it help?" as facts: of a quarter that is over, all at once, when its first figures are made.

Facts that came one by one would tell when somebody answered. Each says how often one answer was given about one listing.
"""

from uuid import UUID

from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.insight import noting
from portal.insight.grounds import Grounds
from portal.insight.models import InsightFact
from portal.insight.noting import Row
from portal.insight.tallied import codes_of
from portal.voice.models import HelpedCount

FACT = "helped"


def take(quarter: Quarter) -> int:
    """Add the answers of a quarter that is over, where they are not there yet. Gives how many facts.

    An answer counts where its listing takes place: in the neighbourhood that was kept with it, else where its first place lies.
    """
    if not quarter.is_over or _is_taken(quarter):
        return 0
    counts = HelpedCount
    columns = (counts.service_id, counts.organization_id, counts.neighbourhood_id, counts.helped)
    asked = select(*columns, func.sum(counts.count)).where(counts.quarter == quarter.slug, counts.count > 0)
    found = db.session.execute(asked.group_by(*columns)).all()
    grounds, codes = Grounds(), codes_of({str(one[0]) for one in found if one[2] is None})
    rows: list[Row] = []
    for service_id, organization_id, place, answer, count in found:
        spot = (
            grounds.of_neighbourhood(place.hex, quarter.last)
            if isinstance(place, UUID)
            else grounds.at(codes.get(str(service_id)), quarter.last)
        )
        rows.append(
            {"source": f"helped:{quarter.slug}:{service_id}:{answer}", "fact": FACT, "day": quarter.last, "area": spot.area,
             "place": spot.place, "organization": organization_id.hex, "service": service_id.hex, "reason": answer,
             "count": int(count)}
        )  # fmt: skip
    return noting.add(rows)


def _is_taken(quarter: Quarter) -> bool:
    wanted = select(InsightFact.id).where(InsightFact.fact == FACT, InsightFact.day == quarter.last)
    return db.session.scalar(wanted.limit(1)) is not None
