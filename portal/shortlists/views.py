"""The list that a person keeps, lists that were shared, and both on paper."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, wording
from portal.core.access import public
from portal.core.pages import page, whole_address
from portal.core.qr_codes import qr_svg
from portal.core.returning import own_path
from portal.directory import calendars, counting, urgent
from portal.directory.cards import Card, card_of, slug_of
from portal.directory.meetings import meetings_of
from portal.shortlists import actions
from portal.shortlists.codes import read_code
from portal.shortlists.cookie import MOST, bind, keep, kept
from portal.shortlists.forms import ids_in
from portal.shortlists.leaflet import leaflet_of
from portal.shortlists.queries import Entry, entries_of, shareable

bp = Blueprint("shortlists", __name__)
init_app = bind


@bp.get("/list")
@public()
def show() -> ResponseReturnValue:
    """What this person keeps. A code typed here leads to the list of that code."""
    typed = request.args.get("code", "").strip()
    if code := read_code(typed):
        return redirect(url_for(".shared", code=code), 303)
    problem = _("Enter the 6 letters and numbers of the code, like 7K4PQH") if "code" in request.args else None
    entries = entries_of(kept().ids)
    return page(
        "shortlists/show.html",
        status=422 if problem else 200,
        cards=_cards(entries),
        code=kept().code,
        has_dates=_has_dates(entries),
        can_share=bool(shareable([one for one in entries if one.listing])),
        typed=typed,
        problem=problem,
        most=MOST,
        here=whole_address(url_for(".show")),
    )


@bp.post("/list/add")
@public()
def add() -> ResponseReturnValue:
    """Save one service, or each of a shared list."""
    response = redirect(own_path(request.form.get("next"), url_for(".show")), 303)
    try:
        changed = actions.save(kept(), ids_in(request.form.getlist("service")))
    except actions.CannotSave as problem:
        flash(problem.sentence, "note")
        return response
    for service_id in set(changed.ids) - set(kept().ids):
        counting.note("saved", str(service_id))
    keep(response, changed)
    return response


@bp.post("/list/remove")
@public()
def remove() -> ResponseReturnValue:
    """Take one service off the list."""
    response = redirect(own_path(request.form.get("next"), url_for(".show")), 303)
    changed = kept()
    for service_id in ids_in(request.form.getlist("service")):
        changed = changed.without_id(service_id)
    keep(response, changed)
    return response


@bp.post("/list/share")
@public()
def share() -> ResponseReturnValue:
    """Make a short code of the list, unless it has one, and go on to the list or to the leaflet."""
    wants_paper = request.form.get("then") == "print"
    response = redirect(url_for(".leaflet") if wants_paper else url_for(".show"), 303)
    if kept().code is None:
        try:
            shortlist = actions.share(kept(), asked_by=request.remote_addr or "")
        except actions.CannotSave as problem:
            flash(problem.sentence, "note")
            return response
        keep(response, kept().with_code(shortlist.code))
    return response


@bp.get("/list/<code>")
@public()
def shared(code: str) -> ResponseReturnValue:
    """A list that somebody shared, by its code."""
    shortlist = actions.open_shared(code, asked_by=request.remote_addr or "")
    entries = shareable(entries_of(ids_in(shortlist.service_ids)))
    return page(
        "shortlists/shared.html",
        cards=_cards(entries),
        code=shortlist.code,
        has_dates=_has_dates(entries),
        until=wording.full_date(clock.local(shortlist.expires_at).date()),
        here=whole_address(url_for(".show")),
    )


@bp.get("/list/<code>.ics")
@public()
def calendar(code: str) -> ResponseReturnValue:
    """The coming sessions of a shared list for a calendar. It says neither its code nor what the list is for."""
    shortlist = actions.open_shared(code, asked_by=request.remote_addr or "")
    entries = shareable(entries_of(ids_in(shortlist.service_ids)))
    start, until = calendars.span()
    listings = {entry.listing.id: entry.listing for entry in entries if entry.listing}
    meetings = [meeting for one in listings.values() for meeting in meetings_of(one, start, until)]
    return calendars.calendar_answer(calendars.About(_("Support near you")), meetings, until, "support")


@bp.get("/list/print", defaults={"code": None})
@bp.get("/list/<code>/print")
@public()
def leaflet(code: str | None) -> ResponseReturnValue:
    """A list on paper: the person's own, a shared one, or the services that the address names."""
    if code is not None:
        shortlist = actions.open_shared(code, asked_by=request.remote_addr or "")
        entries = shareable(entries_of(ids_in(shortlist.service_ids)))
        return _leaflet(entries, code=shortlist.code, back=url_for(".shared", code=shortlist.code))
    if asked := ids_in(request.args.getlist("service")):
        return _leaflet(entries_of(asked), code=None, back=None)
    return _leaflet(entries_of(kept().ids), code=kept().code, back=url_for(".show"))


def _leaflet(entries: Sequence[Entry], *, code: str | None, back: str | None) -> Response:
    told = leaflet_of(entries)
    alone = entries[0].listing if len(entries) == 1 and code is None else None
    to_listing = url_for("directory.show", service_id=alone.id, slug=slug_of(alone.service.name)) if alone else None
    target = url_for(".shared", code=code) if code else to_listing
    return page(
        "shortlists/leaflet.html",
        leaflet=told,
        code=code,
        qr=qr_svg(whole_address(target)) if target else None,
        here=_plain(whole_address(url_for(".show"))),
        back=back or to_listing or url_for("pages.home"),
        is_large=request.args.get("large") == "1",
        other_size=_other_size(),
        numbers=urgent.foot_numbers(told.nation),
        printed=wording.full_date(clock.today()),
    )


def _other_size() -> str:
    """The address of the same leaflet in the other size of letters."""
    size = None if request.args.get("large") == "1" else "1"
    services = request.args.getlist("service") or None
    return url_for(".leaflet", **(request.view_args or {}), service=services, large=size)


def _cards(entries: Sequence[Entry]) -> list[tuple[Entry, Card | None]]:
    saved = frozenset(kept().ids)
    return [(one, card_of(one.listing, saved=saved) if one.listing else None) for one in entries]


def _has_dates(entries: Sequence[Entry]) -> bool:
    """Whether a calendar of what may be shared would hold anything."""
    return any(one.listing and calendars.has_calendar(one.listing) for one in shareable(entries))


def _plain(address: str) -> str:
    """An address as people read it out: without its scheme."""
    return address.partition("://")[2]
