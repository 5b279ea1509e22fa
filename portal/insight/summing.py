"""Daily sums of facts, made by the definitions of the figures: what is added up anew is what facts came for.

Somebody counts on the first day of the quarter on which it happened to them. So a fact of an old day, come late, changes that day
and may change later ones of its quarter: from the first such day on, the quarter's sums are made anew. Made from nothing they are
the same, which a test holds over random histories.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, delete, func, insert, literal, select

from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.quarters import Quarter, quarter_of
from portal.core.transactions import unit
from portal.insight.cuts import CUTS, NOT_TOLD, By
from portal.insight.definitions import MEASURES, Measure
from portal.insight.models import InsightDay, InsightDirty, InsightFact

ONE_DAY = timedelta(days=1)
COLUMNS = ("area", "day", "measure", "by", "place", "category", "count")
VOID = "void"
"""The fact that takes back all facts of the same subject."""


def stain(days: Iterable[date]) -> None:
    """Note that facts of these days came."""
    rows = [{"day": day} for day in sorted(set(days))]
    if rows:
        put = put_into(db.session(), InsightDirty).values(rows)
        db.session.execute(put.on_conflict_do_nothing(index_elements=["day"]))


@job("insight.sum")
def fold() -> None:
    """Make the sums anew of the days for which facts came."""
    days = db.session.scalars(select(InsightDirty.day)).all()
    first: dict[Quarter, date] = {}
    for day in sorted(days):
        first.setdefault(quarter_of(day), day)
    for quarter, since in first.items():
        sum_up(quarter, since)
    if days:
        db.session.execute(delete(InsightDirty).where(InsightDirty.day.in_(days)))


def rebuild() -> int:
    """Make the sums of every quarter from nothing, one transaction each. Gives how many quarters there are."""
    with unit():
        first = db.session.scalar(select(func.min(InsightFact.day)))
        last = db.session.scalar(select(func.max(InsightFact.day)))
        db.session.execute(delete(InsightDirty))
    if first is None or last is None:
        return 0
    quarter, done = quarter_of(first), 0
    while quarter.first <= last:
        with unit():
            sum_up(quarter, quarter.first)
        quarter, done = quarter.following, done + 1
    return done


def sum_up(quarter: Quarter, since: date) -> None:
    """Make the sums of a quarter from one of its days on."""
    theirs = (InsightDay.day >= since) & (InsightDay.day < quarter.after)
    db.session.execute(delete(InsightDay).where(theirs))
    for measure in MEASURES.values():
        for by in measure.cuts:
            question = _sums(measure, by, quarter, since)
            db.session.execute(insert(InsightDay).from_select(list(COLUMNS), question))


def row_of(by: By) -> ColumnElement[str]:
    """What a row of a cut is named by: the neighbourhood, the organisation, the listing, or nothing where there is one row."""
    if by == "group":
        return InsightFact.organization.expression
    if CUTS[by].has_listings:
        return InsightFact.service.expression
    return InsightFact.place.expression if CUTS[by].has_places else literal("")


def category_in(by: By) -> ColumnElement[str]:
    """The category of a cut under which a fact counts: "other" or not told, where its code is not one of them."""
    cut = CUTS[by]
    if cut.column is None or by == "group":
        return literal("")
    column: Any = getattr(InsightFact, cut.column)
    told = cast(column, String) if cut.column == "fifth" else column
    known = list(cut.categories())
    if "other" not in known:
        return case((told.in_(known), told), else_=NOT_TOLD)
    return case((told.in_(known), told), (told == "", NOT_TOLD), else_="other")


def _sums(measure: Measure, by: By, quarter: Quarter, since: date) -> Select[*tuple[Any, ...]]:
    """The rows of `InsightDay` for one table of one figure."""
    fact = InsightFact
    place, category = row_of(by), category_in(by)
    if measure.counts == "median":
        category = cast(fact.days, String)
    wanted = _counted(measure, by, quarter)
    if measure.counts in {"acts", "gauge"}:
        wanted = [*wanted, fact.day >= since]
        groups = (fact.area, fact.day, place, category)
        count = func.sum(fact.count)
        question = select(fact.area, fact.day, literal(measure.id), literal(by), place, category, count)
        return question.where(*wanted).group_by(*groups)
    if since > quarter.first:  # somebody who was not here since then is not counted since then
        again = select(fact.person_key).where(
            fact.fact == measure.fact, fact.day >= since, fact.day < quarter.after
        )  # fmt: skip
        wanted = [*wanted, fact.person_key.in_(again)]
    # Once along the cut itself where somebody may be in several of its categories, else once in all.
    apart = {"need": [category], "reason": [category], "group": [place]}.get(by, [])
    turn = func.row_number().over(partition_by=[fact.area, fact.person_key, *apart], order_by=[fact.day, fact.id])
    first = (
        select(
            fact.area, fact.day, place.label("place"), category.label("category"), turn.label("turn")
        ).where(*wanted).subquery()
    )  # fmt: skip
    shown = (first.c.area, first.c.day, literal(measure.id), literal(by), first.c.place, first.c.category)
    question = select(*shown, func.count()).where(first.c.turn == 1, first.c.day >= since)
    return question.group_by(first.c.area, first.c.day, first.c.place, first.c.category)


def _counted(measure: Measure, by: By, quarter: Quarter) -> list[ColumnElement[bool]]:
    """Which facts count: of known places, in the quarter, and not taken back."""
    fact = InsightFact
    wanted = [fact.fact == measure.fact, fact.day >= quarter.first, fact.day < quarter.after]
    wanted += [fact.area != "", fact.place != ""]
    if measure.counts in {"people", "median"}:
        taken_back = select(fact.subject_key).where(fact.fact == VOID)
        wanted += [fact.person_key != "", fact.subject_key.not_in(taken_back)]
    if measure.counts == "median":
        wanted.append(fact.days.is_not(None))
    if by == "group":
        wanted.append(fact.organization != "")
    if CUTS[by].has_listings:
        wanted.append(fact.service != "")
    if measure.reasons:
        wanted.append(fact.reason.in_(sorted(measure.reasons)))
    return wanted
