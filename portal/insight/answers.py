"""What views of figures share: the edition that an address names, a table as a file, and what a page chooses from."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.csv_files import csv_answer
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.quarters import quarter_named
from portal.core.viewer import viewer
from portal.core.wording import full_date
from portal.insight import figures
from portal.insight.figures import Edition
from portal.insight.offers import areas_offered
from portal.insight.tables import Table


def edition_at(area: str, quarter: str) -> Edition:
    """What an address names. Raises NotFound: for an area that is not the viewer's just as for one that is not there.

    Of their own areas it says when a quarter that still runs or is to come will be published.
    """
    named = quarter_named(quarter)
    found = figures.edition(viewer(), area, named) if named is not None else None
    if found is None and named is not None and not named.is_due and area in dict(areas_offered(viewer())):
        raise NotFound(_(
            "Figures for %(quarter)s will be published on %(day)s, or soon after.",
            quarter=named.label, day=full_date(named.due_on),
        ))  # fmt: skip
    if found is None:
        raise NotFound(_("There are no such figures, or they are of an area that is not yours."))
    return found


def chosen(area: str | None, quarter: str | None) -> Edition | None:
    """Of what the viewer may see, what a form asks for; the newest of the first area where it asks for none."""
    offered = figures.editions(viewer())
    of_area = [one for one in offered if one.area == area] or offered
    if area is None or not any(one.area == area for one in offered):
        of_area = [one for one in offered if offered and one.area == offered[0].area]
    return next((one for one in of_area if one.quarter.slug == quarter), of_area[0] if of_area else None)


def newest(view: str, **more: Any) -> ResponseReturnValue:
    """Lead to a page of the newest figures of the viewer's area, or of those that a form asks for; say so where there are none.

    `more`: of its address, beside area and quarter.
    """
    found = chosen(request.args.get("area"), request.args.get("quarter"))
    if found is None:
        return page("insight/none-yet.html")
    return redirect(url_for(view, area=found.area, quarter=found.quarter.slug, **more), 303)


def page_of(template: str, edition: Edition, **told: Any) -> ResponseReturnValue:
    """A page of one edition, with the form at its top that chooses another."""
    return page(template, **told, **choices(edition, figures.editions(viewer())))


def file_of(tables: Iterable[Table], name: str) -> Response:
    """One table of a page as a file, by the name in its address. Raises NotFound."""
    found = next((one for one in tables if one.id == name), None)
    if found is None:
        raise NotFound(_("There is no such table."))
    return csv_of(found)


def csv_of(table: Table) -> Response:
    """A table as a file for a spreadsheet, by the same rules as the page."""
    return csv_answer(f"{table.edition.area}-{table.edition.quarter.slug}-{table.id}", table.sheet())


def json_of(edition: Edition, tables: Iterable[Table]) -> Response:
    """Tables for programs, by the same rules as the page."""
    return jsonify(
        area={"slug": edition.area, "name": edition.name},
        quarter={
            "slug": edition.quarter.slug, "first_day": edition.quarter.first.isoformat(), "label": edition.quarter.label
        },
        tables=[table.document() for table in tables],
    )  # fmt: skip


def choices(edition: Edition | None, offered: Sequence[Edition]) -> dict[str, Any]:
    """What the form at the top of a page chooses from: areas, and quarters of this one."""
    areas = {one.area: one.name for one in offered}
    quarters = [one.quarter for one in offered if edition is not None and one.area == edition.area]
    return {"edition": edition, "areas": areas, "quarters": quarters, "today": clock.today()}
