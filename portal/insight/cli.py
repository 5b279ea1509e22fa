"""Commands about figures: `portal insight rebuild`, `publish`, `status`."""

from dataclasses import dataclass

import click
from sqlalchemy import func, select

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.extensions import db
from portal.core.quarters import Quarter, quarter_named, quarter_of
from portal.core.transactions import unit
from portal.geography.queries import sets_in_order
from portal.insight import collecting, grounds, publishing, summing
from portal.insight.auditing import CannotBeMadeSafe
from portal.insight.models import InsightDay, InsightDirty, InsightFact, InsightPublication


@dataclass(frozen=True)
class Standing:
    """How far figures are. `waiting`: days whose sums are to be made anew; `due`: areas and quarters not published yet."""

    facts: int
    sums: int
    waiting: int
    published: list[str]
    due: list[str]


@click.group("insight")
def insight() -> None:
    """Figures by neighbourhood and quarter: make their sums anew, publish them, say how far they are."""


@insight.command("rebuild")
@json_option
@with_app
def rebuild(as_json: bool) -> None:
    """Make the daily sums of all facts from nothing. What is published stays as it is."""
    quarters = summing.rebuild()
    if as_json:
        say_json({"quarters": quarters})
    else:
        click.echo(f"The sums of {quarters} quarters were made anew. What is published stays as it is.")


@insight.command("publish")
@click.argument("area", required=False)
@click.option("--quarter", metavar="2026-Q3", default=None, help="One quarter. Without it, every one that is due.")
@json_option
@with_app
def publish(area: str | None, quarter: str | None, as_json: bool) -> None:
    """Publish what is due: for every neighbourhood set, or one (its slug). A quarter is published once and never changes."""
    named = quarter_named(quarter.lower()) if quarter else None
    if quarter and named is None:
        raise click.BadParameter("Say it as 2026-Q3.", param_hint="--quarter")
    with unit():
        collecting.collect()
    made: list[str] = []
    left: list[str] = []
    with unit():
        slugs = [cut.slug for cut in sets_in_order() if area in (None, cut.slug)]
        quarters = [named] if named else publishing.quarters_due()
    if area and not slugs:
        refuse(f"There is no neighbourhood set with the slug {area}. `portal geography areas` lists them.")
    for one in quarters:
        for slug in slugs:
            told = _publish(slug, one)
            (made if told is None else left).append(
                f"{slug} {one.slug}" if told is None else f"{slug} {one.slug}: {told}"
            )
    _say_published(made, left, as_json=as_json)


def _publish(slug: str, quarter: Quarter) -> str | None:
    """Publish one. Gives why it could not be."""
    try:
        with unit():
            cut = next(one for one in sets_in_order() if one.slug == slug)
            if not grounds.is_valid_in(cut, quarter):
                return "the set did not hold then"
            publishing.publish(cut, quarter)
    except (publishing.NotYet, publishing.Overlaps) as problem:
        return str(problem)
    except CannotBeMadeSafe:
        return "a small figure could be worked out from what is published already"
    return None


def _say_published(made: list[str], left: list[str], *, as_json: bool) -> None:
    if as_json:
        say_json({"published": made, "left": left})
    else:
        for one in made:
            click.echo(f"Published: {one}")
        for one in left:
            click.echo(f"Left: {one}")
        if not made and not left:
            click.echo("Nothing is due.")


@insight.command("status")
@json_option
@with_app
def status(as_json: bool) -> None:
    """Say how many facts and sums there are, and what is published and due."""
    found = _standing()
    if as_json:
        say_json(found.__dict__)
        return
    click.echo(f"{found.facts:,} facts, {found.sums:,} daily sums, {found.waiting} days to be summed anew.")
    click.echo(f"Published: {', '.join(found.published) or 'nothing'}")
    click.echo(f"Due: {', '.join(found.due) or 'nothing'}")


def _standing() -> Standing:
    def count(table: type[InsightFact | InsightDay | InsightDirty]) -> int:
        return db.session.scalar(select(func.count()).select_from(table)) or 0

    rows = db.session.execute(
        select(InsightPublication.area, InsightPublication.quarter).order_by(
            InsightPublication.quarter, InsightPublication.area
        )
    )
    there = [f"{area} {quarter_of(first).slug}" for area, first in rows]
    due = [
        f"{cut.slug} {quarter.slug}"
        for quarter in publishing.quarters_due()
        for cut in sets_in_order()
        if grounds.is_valid_in(cut, quarter) and f"{cut.slug} {quarter.slug}" not in there
    ]
    return Standing(count(InsightFact), count(InsightDay), count(InsightDirty), there, due)


COMMANDS = (insight,)
