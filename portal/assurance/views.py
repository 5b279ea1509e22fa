"""The pages behind the links of "Is this still right?". A GET shows and changes nothing; a person presses a button."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.assurance import answering, report_views, sheets
from portal.assurance.answering import Link
from portal.assurance.blueprint import bp
from portal.assurance.changing import way_to_change
from portal.assurance.pressing import is_pressed
from portal.core import clock, wording
from portal.core.access import public
from portal.core.origin import hides_referrer
from portal.core.pages import page

__all__ = ["bp", "report_views"]


@bp.route("/confirm/<string:token>", methods=["GET", "POST"])
@public()
@hides_referrer
def confirm(token: str) -> ResponseReturnValue:
    """The facts as the public sees them, and one button."""
    link = answering.link_of(token)
    if not _is_open(link):
        return _not_open(link, token)
    if not is_pressed(request.form, request.headers, "answer", ("right",)):
        return _page(link, token, "assurance/confirm.html")
    if not (chosen := _ids(request.form.getlist("listing"))):
        return _page(link, token, "assurance/confirm.html", error=_("Tick each listing that is all right"))
    answering.confirm_by_link(link, chosen)
    return redirect(url_for(".confirm", token=token), 303)


@bp.route("/confirm/<string:token>/closed", methods=["GET", "POST"])
@public()
@hides_referrer
def closed(token: str) -> ResponseReturnValue:
    """Say that a listing has closed."""
    link = answering.link_of(token)
    if not _is_open(link):
        return _not_open(link, token)
    if not is_pressed(request.form, request.headers, "answer", ("closed",)):
        return _page(link, token, "assurance/closed.html")
    if not (chosen := _ids(request.form.getlist("listing"))):
        return _page(link, token, "assurance/closed.html", error=_("Tick each listing that has closed"))
    answering.close_by_link(link, chosen)
    return redirect(url_for(".confirm", token=token), 303)


@bp.get("/confirm/<string:token>/change")
@public()
def change(token: str) -> ResponseReturnValue:
    """The way to the page on which a fact is changed: at once for those with an account, else how to get one."""
    link = answering.link_of(token)
    if not _is_open(link):
        return _not_open(link, token)
    way = way_to_change(link, _ids(request.args.getlist("listing")), request.args.get("fact"))
    if way.address is not None:
        return redirect(way.address, 303)
    return _page(link, token, "assurance/change.html", way=way)


@bp.post("/confirm/<string:token>/space")
@public()
@hides_referrer
def space(token: str) -> ResponseReturnValue:
    """The one question after confirming: is there space?"""
    link = answering.link_of(token)
    is_tapped = is_pressed(request.form, request.headers, "space", answering.SPACE_ANSWERS)
    for service_id in _ids(request.form.getlist("listing")) if is_tapped else ():
        if answering.may_say_space(link, service_id):
            answering.say_space(service_id, request.form["space"])
    return redirect(url_for(".confirm", token=token), 303)


def _is_open(link: Link) -> bool:
    return not link.is_used and not link.is_old and not link.is_foreign


def _page(link: Link, token: str, template: str, **more: object) -> Response:
    """A page about what is still to answer."""
    return page(
        template,
        status=422 if more.get("error") else 200,
        sheets=sheets.sheets_of(link.open_ids),
        token=token,
        until=wording.full_date(clock.local(link.letter.expires_at).date()),
        **{"error": None, **more},
    )


def _not_open(link: Link, token: str) -> Response:
    """Thanks where it is all answered; else why the link opens nothing any more."""
    if not link.is_used:
        return page("assurance/dead.html", status=410, is_foreign=link.is_foreign)
    told = sheets.sheets_of(list(link.answered))
    return page(
        "assurance/thanks.html",
        on=wording.short_date(max(link.answered.values())),
        is_now=answering.is_just_used(link),
        confirmed=[one for one in told if one.service_id not in link.closed],
        closed=[one for one in told if one.service_id in link.closed],
        asked=[one for one in told if answering.may_say_space(link, one.service_id)],
        token=token,
    )


def _ids(values: Sequence[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
