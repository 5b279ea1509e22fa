"""How many pages each website's visitors were shown, by day. Nothing of who they are, and nothing of what they looked for.

A page notes a line as `portal.core.tallies` says; the worker folds it into `widget_use`. A page that a cache kept is not seen
here, so the figure is a little low.
"""

from uuid import UUID

from sqlalchemy import delete, select

from portal.core import clock, tallies
from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.jobs import job
from portal.directory import counting
from portal.widget.models import WidgetKey, WidgetUse
from portal.widget.queries import first_day

FOLDER = "widgets"


def note(widget_id: UUID) -> None:
    """Note one page. Machines that say so are not counted."""
    if not counting.is_machine():
        tallies.note(FOLDER, clock.today().isoformat(), str(widget_id))


@job("widgets.fold")
def fold() -> None:
    """Add up what was noted since the last time."""
    with tallies.added_up(FOLDER, parts=2) as noted:
        known = {str(one): one for one in db.session.scalars(select(WidgetKey.id))} if noted else {}
        for (told, widget_id), count in noted.items():
            day = tallies.day_of(told)
            if day is None or widget_id not in known:
                continue
            put = put_into(db.session(), WidgetUse).values(day=day, widget_key_id=known[widget_id], count=count)
            sum_of_both = {"count": WidgetUse.count + put.excluded.count}
            db.session.execute(put.on_conflict_do_update(index_elements=["day", "widget_key_id"], set_=sum_of_both))
        db.session.commit()


@job("widgets.tidy")
def tidy() -> None:
    """Forget days that are shown nowhere."""
    db.session.execute(delete(WidgetUse).where(WidgetUse.day < first_day()))
