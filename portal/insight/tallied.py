"""Counts that pages noted, as facts: searches, searches that found nothing, forms, leaflets and links. Nobody is known of any.

A count of a day can still grow after it was read, so what it has grown by is a fact of its own.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.directory.counting import UsageCount
from portal.directory.models import Location, ServiceAtLocation
from portal.handover.models import SignpostCount
from portal.insight import noting
from portal.insight.cuts import NOT_TOLD
from portal.insight.grounds import Grounds, Spot
from portal.insight.models import InsightFact
from portal.insight.noting import Row

LOOKED_BACK = timedelta(days=10)
"""How long a count may still grow: a worker that stood still folds what was noted meanwhile."""
KINDS: Mapping[str, str] = {"searched": "searched", "unfound": "unfound", "told": "told"}
"""Kinds of `usage_count` whose key is an area and perhaps a need ("E02002842/food"), and the fact that each is."""


def collect() -> int:
    """Add facts for what was counted on whole days up to yesterday. Gives how many."""
    first, today = _first_day(), clock.today()
    grounds = Grounds()
    rows = [*_searches(first, today, grounds), *_signposts(first, today, grounds)]
    known = _counted_already({str(row["source"]) for row in rows})
    more = []
    for row in rows:
        base, left = str(row["source"]), int(row["count"]) - known.get(str(row["source"]), (0, 0))[0]
        if left > 0:
            more.append({**row, "source": f"{base}+{known.get(base, (0, 0))[1]}", "count": left})
    return noting.add(more)


def _first_day() -> date:
    """All of it the first time, then the last days."""
    is_new = (
        db.session.scalar(select(InsightFact.id).where(InsightFact.fact.in_(["searched", "signposted"])).limit(1))
        is None
    )
    return date(2000, 1, 1) if is_new else clock.today() - LOOKED_BACK


def _searches(first: date, today: date, grounds: Grounds) -> list[Row]:
    usage = UsageCount
    wanted = select(usage.day, usage.kind, usage.key, usage.count)
    wanted = wanted.where(usage.kind.in_(KINDS), usage.day >= first, usage.day < today)
    rows = []
    for day, kind, key, count in db.session.execute(wanted.order_by(usage.day, usage.kind, usage.key)):
        code, _slash, need = key.partition("/")
        spot = grounds.at(code, day)
        need = "" if need == NOT_TOLD else need
        rows.append(_row(f"usage:{day}:{kind}:{key}", KINDS[kind], day, spot, count, need=need))
    return rows


def _signposts(first: date, today: date, grounds: Grounds) -> list[Row]:
    """A listing on a leaflet or link, where it takes place; what names no listing is the leaflet as a whole."""
    post = SignpostCount
    wanted = select(post.day, post.key, func.sum(post.count)).where(post.key != "", post.day >= first, post.day < today)
    counts = db.session.execute(wanted.group_by(post.day, post.key).order_by(post.day, post.key)).all()
    codes = codes_of({key for _day, key, _count in counts})
    return [
        _row(f"signpost:{day}:{key}", "signposted", day, grounds.at(codes.get(key), day), int(count), service=_hex(key))
        for day, key, count in counts
    ]


def _row(source: str, fact: str, day: date, spot: Spot, count: int, *, need: str = "", service: str = "") -> Row:
    return {
        "source": source, "fact": fact, "day": day, "area": spot.area, "place": spot.place, "need": need,
        "service": service, "count": count,
    }  # fmt: skip


def codes_of(keys: set[str]) -> Mapping[str, str]:
    """The official area of each listing: that of its first place that may be known."""
    ids = [UUID(key) for key in keys if _hex(key)]
    found: dict[str, str] = {}
    for at in range(0, len(ids), 500):
        wanted = select(ServiceAtLocation.service_id, Location.neighbourhood_code).join(Location)
        wanted = wanted.where(ServiceAtLocation.service_id.in_(ids[at : at + 500]), Location.privacy != "hidden")
        wanted = wanted.where(Location.neighbourhood_code.is_not(None)).order_by(ServiceAtLocation.id)
        for service_id, code in db.session.execute(wanted):
            found.setdefault(str(service_id), code or "")
    return found


def _hex(key: str) -> str:
    try:
        return UUID(key).hex
    except ValueError:
        return ""


def _counted_already(bases: set[str]) -> Mapping[str, tuple[int, int]]:
    """By source: how many were counted, and in how many facts."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    days = sorted({base.split(":")[1] for base in bases})
    if not days:
        return {}
    fact = InsightFact
    wanted = select(fact.source, fact.count).where(fact.fact.in_([*KINDS.values(), "signposted"]))
    wanted = wanted.where(fact.day >= date.fromisoformat(days[0]), fact.day <= date.fromisoformat(days[-1]))
    for source, count in db.session.execute(wanted):
        base = source.rpartition("+")[0]
        if base in bases:
            found[base][0] += count
            found[base][1] += 1
    return {base: (total, times) for base, (total, times) in found.items()}
