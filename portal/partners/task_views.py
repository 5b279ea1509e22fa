"""One task about an agreement: done, or put off with the reason."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.errors import Refused
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.partners import queries, task_actions
from portal.partners.agreement_forms import LAPSES, PUT_OFF, TaskForm
from portal.partners.answering import done, form_page
from portal.partners.blueprint import bp
from portal.partners.models import PartnerTask
from portal.partners.scopes import sights
from portal.partners.telling import task_words


@bp.route("/tasks/<uuid:task_id>", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def task(task_id: UUID) -> ResponseReturnValue:
    """What becomes of it."""
    one = queries.one_task(sights(viewer()), task_id)
    form = TaskForm(data={"version": one.version, "reason": one.reason, "until": one.until})
    form.offer_for(one)
    if done(form, lambda: _act(one, form), lambda: (TaskForm.standing(one), one.version)):
        flash(_("Saved."), "done")
        return redirect(url_for(".agreements", programme=one.agreement.partner.programme_id), 303)
    back = (url_for(".agreements"), _("Back to what is to be done"))
    return form_page(
        form, task_words(one), back, caption=one.agreement.partner.organization.name, agreement=one.agreement, task=one
    )


def _act(one: PartnerTask, form: TaskForm) -> None:
    version, by, reason = form.seen_version, viewer(), str(form.reason.data)
    if form.what.data == PUT_OFF:
        if form.until.data is None:
            raise Refused("until", _("Enter the day on which we ask again."))
        task_actions.put_off(one, form.until.data, reason, version=version, by=by)
    elif form.what.data == LAPSES:
        task_actions.lapses(one, reason, version=version, by=by)
    elif one.kind == "review":
        task_actions.reviewed(one, reason, form.next_on.data, version=version, by=by)
    else:
        task_actions.seen_to(one, reason, version=version, by=by)
