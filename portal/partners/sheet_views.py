"""Capacity as a page; and the register, agreements, decisions and capacity as files and on paper."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.csv_files import csv_answer
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.quarters import quarter_named
from portal.core.viewer import viewer
from portal.core.wording import full_date
from portal.partners import capacity as counting
from portal.partners.blueprint import bp
from portal.partners.scopes import Sights, sights
from portal.partners.sheets import SHEETS, Asked

WHAT = "<any(partners, agreements, decisions, capacity):what>"
PAGES = {"partners": ".home", "agreements": ".agreements", "decisions": ".decisions", "capacity": ".capacity"}


@bp.get("/capacity")
@requires(Permission.PARTNERS_READ)
def capacity() -> ResponseReturnValue:
    """What was promised and used in a quarter, and how much was answered in time."""
    by = sights(viewer())
    asked = _asked(by)
    return page(
        "partners/capacity.html",
        sights=by,
        asked=asked,
        quarters=counting.quarters(),
        lines=counting.lines(by, asked.quarter, asked.programme),
        how=counting.how(),
    )


@bp.get(f"/{WHAT}.csv")
@requires(Permission.PARTNERS_READ)
def download(what: str) -> ResponseReturnValue:
    """One of them as a file. No text of it runs as a formula; small numbers are told as on the page."""
    audit.record_now("partners.downloaded", by=viewer(), details={"what": what})
    by = sights(viewer())
    sheet = SHEETS[what][1](by, _asked(by))
    return csv_answer(f"{what}-{clock.today().isoformat()}", (sheet.header, *sheet.rows))


@bp.get(f"/{WHAT}/print")
@requires(Permission.PARTNERS_READ)
def paper(what: str) -> ResponseReturnValue:
    """One of them on paper."""
    by = sights(viewer())
    asked = _asked(by)
    back = url_for(PAGES[what], programme=str(asked.programme) if asked.programme else None)
    sheet, same = SHEETS[what][1](by, asked).on_paper()
    return page(
        "partners/paper.html",
        sheet=sheet,
        same=same,
        back=back,
        other_size=None,
        is_large=False,
        printed=full_date(clock.today()),
    )


def _asked(by: Sights) -> Asked:
    """The programme and the quarter that an address names; all, and the newest that is counted, where it names none."""
    programme = {str(one): one for one in by}.get(request.args.get("programme", ""))
    named = quarter_named(request.args.get("quarter", ""))
    return Asked(programme, named if named is not None and named in counting.quarters() else counting.newest())
