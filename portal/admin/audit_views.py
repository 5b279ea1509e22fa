"""The audit chain, for information governance."""

import csv
import io
import json

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.person import signed_in_user
from portal.accounts.proving import proved_lately
from portal.admin import audit_queries
from portal.admin.audit_queries import Wanted
from portal.admin.blueprint import bp
from portal.core import audit as chain
from portal.core import clock, witness
from portal.core.access import requires
from portal.core.formulas import disarmed
from portal.core.numbers import whole_number
from portal.core.pages import page
from portal.core.permissions import Permission

COLUMNS = (
    "number", "at", "actor_kind", "actor_id", "action", "subject_kind", "subject_id", "why", "details", "hash",
)  # fmt: skip


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    """Entries, newest first, by action, by who acted, by what it was done to, by days. Looking at one thing is noted."""
    wanted = Wanted.of(request.args)
    if wanted.subject_id or wanted.actor:
        chain.record_now("audit.read", by=signed_in_user(), details=wanted.told())
    return page(
        "admin/audit.html",
        wanted=wanted,
        told=wanted.told(),
        found=audit_queries.entries(wanted, whole_number(request.args.get("below", ""))),
        actions=audit_queries.actions(),
        count=audit_queries.count(),
    )


@bp.post("/audit/check")
@requires(Permission.AUDIT_READ)
def check_audit() -> ResponseReturnValue:
    """Walk the whole chain, and compare it with the witness."""
    count, broken = chain.verify()
    try:
        seen, differs = witness.check()
    except witness.WitnessUnreadable as problem:
        seen, differs = 0, None
        flash(str(problem), "note")
    first = broken.number if broken else differs
    if first is not None:
        flash(_("The chain is broken at entry %(number)s. Tell whoever runs the service now.", number=first), "note")
    else:
        flash(_holds(count, seen), "done")
    return redirect(url_for(".audit"), 303)


@bp.post("/audit/download")
@requires(Permission.AUDIT_READ)
@proved_lately
def download_audit() -> ResponseReturnValue:
    """The same entries as a table, oldest first. The download is noted."""
    wanted = Wanted.of(request.form)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    lines.writerow(COLUMNS)
    for entry in audit_queries.every(wanted):
        told = {**{name: getattr(entry, name) for name in COLUMNS}, "at": entry.at.isoformat()}
        told["details"] = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
        lines.writerow(["" if told[name] is None else disarmed(str(told[name])) for name in COLUMNS])
    chain.record("audit.downloaded", by=signed_in_user(), details=wanted.told())
    name = f"audit-{clock.today().isoformat()}.csv"
    return Response(
        text.getvalue(), mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def _holds(count: int, seen: int) -> str:
    holds = ngettext("The entry of the chain holds.", "All %(num)d entries of the chain hold.", count)
    if seen:
        witnessed = ngettext("A witness outside saw %(num)d of them.", "A witness outside saw %(num)d of them.", seen)
    else:
        witnessed = _("No witness outside has seen any of them yet.")
    return f"{holds} {witnessed}"
