"""Adding facts: each once, by where it comes from, with the days whose sums it changes."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from portal.core import clock
from portal.core.extensions import db
from portal.insight import summing
from portal.insight.models import InsightFact

AT_ONCE = 400
DEFAULTS: dict[str, Any] = {
    "area": "", "place": "", "organization": "", "service": "", "need": "", "reason": "", "age": "", "language": "",
    "access": "", "fifth": 0, "days": None, "person_key": "", "subject_key": "", "count": 1,
}  # fmt: skip
Row = dict[str, Any]


def add(facts: Iterable[Row]) -> int:
    """Add facts that are not there yet. Each row names at least `source`, `fact` and `day`. Gives how many were added."""
    told = {(row["source"], row["fact"], row.get("need", "")): row for row in facts}
    added = 0
    keys = list(told)
    for at in range(0, len(keys), AT_ONCE):
        part = keys[at : at + AT_ONCE]
        there = _there({source for source, _fact, _need in part})
        rows = [{**DEFAULTS, "recorded_at": clock.now(), **told[key]} for key in part if key not in there]
        if rows:
            # or each row that lacks its days is a statement of its own
            db.session.execute(insert(InsightFact), rows, execution_options={"render_nulls": True})
            summing.stain(row["day"] for row in rows)
            added += len(rows)
    return added


def take_back(subject_key: str, source: str) -> None:
    """Take back every fact of one subject: it was entered by mistake. What was published stays as it was."""
    days = db.session.scalars(
        select(InsightFact.day).where(InsightFact.subject_key == subject_key).distinct().order_by(InsightFact.day)
    ).all()
    if subject_key and days:
        add([{"source": source, "fact": summing.VOID, "day": days[0], "subject_key": subject_key}])
        summing.stain(days)


def _there(sources: set[str]) -> set[tuple[str, str, str]]:
    wanted = select(InsightFact.source, InsightFact.fact, InsightFact.need).where(InsightFact.source.in_(sources))
    return {(one[0], one[1], one[2]) for one in db.session.execute(wanted)}
