"""What visitors say is wrong, one by one. Opening a report is an entry of the audit chain."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.assurance import reporting
from portal.changes.facts import FACTS
from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.moderation import actions, queries
from portal.moderation.blueprint import bp
from portal.moderation.checks import numbers_of
from portal.moderation.forms import ReportForm
from portal.moderation.reported import facts_of


@bp.route("/moderate/reports/<uuid:report_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def report(report_id: UUID) -> ResponseReturnValue:
    """One report beside what the listing says, and what became of it."""
    _row, service = queries.report_for(viewer(), report_id)
    form = ReportForm()
    if form.validate_on_submit():
        actions.answer_report(report_id, form.outcome.data, by=viewer(), note=form.note.data)
        flash(_("Answered. Whoever left a contact is told."), "done")
        return _onwards()
    found = reporting.report_for(viewer(), report_id)
    return page(
        "moderation/report.html", form=form, report=found, service=service, kinds=reporting.KINDS, outcomes=reporting.OUTCOMES,
        facts=facts_of(service), phones=numbers_of(FACTS["phone"].read(service)),
    )  # fmt: skip


def _onwards() -> ResponseReturnValue:
    waiting = queries.reports(viewer())
    if waiting:
        return redirect(url_for(".report", report_id=waiting[0][0].id), 303)
    return redirect(url_for(".queue", tab="reports"), 303)
