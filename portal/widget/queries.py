"""Questions about the websites that show our listings."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.widget.models import WidgetKey, WidgetUse

DAYS_SHOWN = 30
KEY = re.compile(r"[a-z0-9]{1,24}")


def of_key(key: str) -> WidgetKey | None:
    """The website of a key, whether it is on or not. What cannot be a key is not looked for."""
    if not KEY.fullmatch(key):
        return None
    return db.session.scalar(select(WidgetKey).where(WidgetKey.key == key))


def widget(widget_id: UUID) -> WidgetKey | None:
    """One website."""
    return db.session.get(WidgetKey, widget_id)


def widgets() -> Sequence[WidgetKey]:
    """Every website, by name."""
    return db.session.scalars(select(WidgetKey).order_by(WidgetKey.name, WidgetKey.id)).all()


def used(since: date | None = None) -> dict[UUID, int]:
    """How many pages each was used for since a day; by itself, in the last thirty."""
    question = (
        select(WidgetUse.widget_key_id, func.sum(WidgetUse.count))
        .where(WidgetUse.day >= (since or first_day()))
        .group_by(WidgetUse.widget_key_id)
    )
    return {widget_id: int(total) for widget_id, total in db.session.execute(question)}


def uses_by_day(widget_id: UUID) -> list[tuple[date, int]]:
    """How many pages one was used for on each of the last thirty days, newest first; days without any are there too."""
    question = select(WidgetUse.day, WidgetUse.count).where(
        WidgetUse.widget_key_id == widget_id, WidgetUse.day >= first_day()
    )
    told = {day: count for day, count in db.session.execute(question)}
    days = [clock.today() - timedelta(days=back) for back in range(DAYS_SHOWN)]
    return [(day, told.get(day, 0)) for day in days]


def first_day() -> date:
    """The first of the days that are shown."""
    return clock.today() - timedelta(days=DAYS_SHOWN - 1)
