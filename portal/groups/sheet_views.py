"""A group's listings by spreadsheet: download, change, send back, look at what it would do, and confirm."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.person import signed_in_user
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.forms import new_key
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.groups import sheets
from portal.groups.blueprint import bp
from portal.groups.listings import organisation_of, organisations_of
from portal.groups.sent import form_key
from portal.groups.sheet_files import MEDIA_TYPES, Kind, UnreadableSheet, read

MOST_SHOWN = 50
"""Rows of one kind that the page names; the corrected file holds all."""


@bp.route("/group/listings/spreadsheet", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def spreadsheet() -> ResponseReturnValue:
    """Download all listings of an organisation, and send the file back changed."""
    user = signed_in_user()
    if request.method == "GET":
        return _start()
    sheets.count_upload(user.id)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise UnreadableSheet(_("Choose a file first."))
        rows = read(file.stream)  # before anything is asked of the database, which others write to meanwhile
        organisation = organisation_of(viewer(), request.form.get("organisation"))
        sheets.plan(rows, organisation.id)
    except UnreadableSheet as problem:
        return _start(problem)
    upload = sheets.keep(rows, organisation, by=signed_in_user(), form_key=form_key())
    return redirect(url_for(".sheet", upload_id=upload.id), 303)


@bp.get("/group/listings/spreadsheet/<any(xlsx, csv):kind>")
@requires(Permission.LISTING_EDIT)
def download_sheet(kind: Kind) -> ResponseReturnValue:
    """The listings of one organisation as a file."""
    organisation = organisation_of(viewer(), request.args.get("organisation"))
    return _file(sheets.download(organisation, kind), kind, "listings")


@bp.route("/group/listings/spreadsheet/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def sheet(upload_id: UUID) -> ResponseReturnValue:
    """What the file would do, row by row; POST does it."""
    user = signed_in_user()
    upload = sheets.upload_for(user, upload_id)
    if request.method == "POST":
        _tell(sheets.confirm(upload, by=user))
        return redirect(url_for(".spreadsheet", organisation=upload.organization_id), 303)
    if upload.used_at is not None:
        return redirect(url_for(".spreadsheet", organisation=upload.organization_id), 303)
    plan = sheets.plan(sheets.rows_of(upload), upload.organization_id)
    return page(
        "groups/sheet.html", upload=upload, plan=plan, most=MOST_SHOWN, sentences=sheets.sentences, fact_label=_label
    )


@bp.get("/group/listings/spreadsheet/<uuid:upload_id>/corrected.<any(xlsx, csv):kind>")
@requires(Permission.LISTING_EDIT)
def corrected_sheet(upload_id: UUID, kind: Kind) -> ResponseReturnValue:
    """The rows that cannot be taken, with a column that says what to mend."""
    upload = sheets.upload_for(signed_in_user(), upload_id)
    if not sheets.plan(sheets.rows_of(upload), upload.organization_id).of("refused"):
        raise NotFound(_("Every row can be taken."))
    return _file(sheets.corrected(upload, kind), kind, "to-mend")


def _start(problem: UnreadableSheet | None = None) -> ResponseReturnValue:
    wanted = request.values.get("organisation")
    return page(
        "groups/spreadsheet.html",
        status=422 if problem else 200,
        organisations=organisations_of(viewer()),
        organisation=organisation_of(viewer(), wanted),
        problem=problem,
        key=new_key(),
    )


def _file(held: bytes, kind: Kind, name: str) -> Response:
    response = Response(held, content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _label(name: str) -> str:
    return str(FACTS[name].label)


def _tell(made: list[tuple[sheets.Planned, ChangeRequest | None]]) -> None:
    live = sum(change is not None and change.state == "live" for _row, change in made)
    waiting = sum(change is not None and change.state == "waiting" for _row, change in made)
    lost = [row.name for row, change in made if change is None]
    if live:
        flash(ngettext("%(num)d row is live.", "%(num)d rows are live.", live), "done")
    if waiting:
        flash(ngettext("%(num)d row waits for a moderator.", "%(num)d rows wait for a moderator.", waiting), "done")
    if lost:
        names = ", ".join(lost[:10])
        flash(_("Not taken, because they were changed meanwhile: %(names)s. Download them again.", names=names), "note")
