"""Listings that their source has ended or lost: what waits for a person, and deciding it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.person import signed_in_user
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.forms import key_of
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.sources import previewing, queries, settling
from portal.sources.blueprint import bp
from portal.sources.forms import TaskForm
from portal.sources.typed import uuid_or_none


@bp.get("/admin/sources/tasks")
@requires(Permission.SITE_MANAGE)
def tasks() -> ResponseReturnValue:
    """What waits, longest first; of one source or of all."""
    within, number = uuid_or_none(request.args.get("source", "")), page_number()
    found, total = queries.open_tasks(number, within)
    setting = queries.setting_of(within) if within is not None else None
    return page(
        "sources/tasks.html", tasks=found, total=total, number=number, size=queries.A_PAGE, setting=setting,
        asked_on=settling.asked_on(list(found)),
    )  # fmt: skip


@bp.route("/admin/sources/tasks/<uuid:task_id>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def task(task_id: UUID) -> ResponseReturnValue:
    """One listing whose source has ended or lost it."""
    found, form = settling.task_of(task_id), TaskForm()
    if form.validate_on_submit():
        key = key_of(request.form.get("key"))
        try:
            told = settling.settle(found, form.answer.data, form.reason.data, by=signed_in_user(), key=key)
        except DomainError as problem:
            form.refuse("answer", problem.sentence)
        else:
            flash(told, "done")
            return redirect(url_for(".tasks", source=found.source_id), 303)
    return page(
        "sources/task.html", form=form, task=found, asked_on=settling.asked_on([found]),
        lines=previewing.lines_of(found.document),
    )  # fmt: skip
