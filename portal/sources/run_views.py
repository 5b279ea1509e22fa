"""One reading of a source: what it would do, record by record, and saying yes or no to it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.sources import actions, pairing, previewing, profiles, queries
from portal.sources.blueprint import bp
from portal.sources.models import StagedRecord
from portal.sources.typed import uuid_or_none

VERDICTS = ("copy", "take", "new", "leave")


@bp.get("/admin/sources/runs/<uuid:run_id>")
@requires(Permission.SITE_MANAGE)
def run(run_id: UUID) -> ResponseReturnValue:
    """What a reading would do, or did: counts, then a page of records with one outcome, or all."""
    found = queries.run_of(run_id)
    asked = request.args.get("show", "")
    show = asked if asked in profiles.OUTCOMES else None
    preview, here = queries.preview(run_id, show, page_number()), queries.counts_here(run_id)
    return page(
        "sources/run.html", run=found, preview=preview, show=show, words=profiles,
        rows=previewing.described(preview.rows, found.source), paging=previewing.paging_of(preview),
        here=here, gone=queries.gone_from(found, here),
    )  # fmt: skip


@bp.post("/admin/sources/runs/<uuid:run_id>/decide")
@requires(Permission.SITE_MANAGE)
def decide_run(run_id: UUID) -> ResponseReturnValue:
    """Have it applied, or not."""
    found = queries.run_of(run_id)
    try:
        if request.form.get("do") == "accept":
            actions.accept_run(found, by=signed_in_user())
            flash(_("Accepted. The worker applies it now, some hundred records at a time."), "done")
        elif request.form.get("do") == "refuse":
            actions.refuse_run(found, by=signed_in_user())
            flash(_("Refused. Nothing of this reading was taken."), "done")
    except DomainError as problem:
        flash(problem.sentence, "note")
    return redirect(url_for(".run", run_id=run_id), 303)


@bp.get("/admin/sources/records/<uuid:record_id>")
@requires(Permission.SITE_MANAGE)
def record(record_id: UUID) -> ResponseReturnValue:
    """One record, beside the listing that it may be."""
    return _shown(queries.record_of(record_id))


@bp.post("/admin/sources/records/<uuid:record_id>/decide")
@requires(Permission.SITE_MANAGE)
def decide_record(record_id: UUID) -> ResponseReturnValue:
    """Say what a record is. It is kept: nobody is asked about it again unless its name or its place changes."""
    found, verdict = queries.record_of(record_id), request.form.get("verdict", "")
    if verdict not in VERDICTS:
        return _shown(found, _("Choose what this record is."))
    same_as = uuid_or_none(request.form.get("same_as", ""))
    try:
        service = pairing.decide(found, verdict, same_as, by=signed_in_user())  # type: ignore[arg-type]
    except DomainError as problem:
        return _shown(found, problem.sentence)
    if service is not None:
        flash(_("Kept as a copy. Now choose which of its facts to take."), "done")
        return redirect(url_for(".listing_origin", service_id=service.id, reading=found.run_id), 303)
    flash(_("Kept. Nobody is asked about it again unless its name or its place changes."), "done")
    if (onwards := pairing.next_doubtful(found.source_id)) is not None:
        return redirect(url_for(".record", record_id=onwards), 303)
    return redirect(url_for(".run", run_id=found.run_id), 303)


def _shown(found: StagedRecord, problem: str = "") -> ResponseReturnValue:
    alike = pairing.candidates(found)
    asked = uuid_or_none(request.values.get("same_as", ""))
    chosen = next((one for one in alike if one.service.id == asked), alike[0] if alike else None)
    return page(
        "sources/record.html", status=422 if problem else 200, record=found, alike=alike, chosen=chosen, problem=problem,
        told=pairing.side_by_side(found, chosen.service if chosen else None), words=profiles,
        verdict=request.form.get("verdict", found.decision or ""), can_be_decided=previewing.can_be_decided(found),
    )  # fmt: skip
