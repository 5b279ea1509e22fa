"""Sources: all of them, one, a new one; reading one now, a file for one, pausing and removing one."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.person import signed_in_user
from portal.core.access import requires
from portal.core.destinations import shown_address
from portal.core.errors import DomainError
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.geography.queries import area_names
from portal.sources import actions, profiles, queries, removing
from portal.sources.blueprint import bp
from portal.sources.forms import SourceForm, UploadForm
from portal.sources.models import SourceSetting
from portal.sources.sent import waiting_file


@bp.get("/admin/sources")
@requires(Permission.SITE_MANAGE)
def every() -> ResponseReturnValue:
    """Every source: how it stands, when it was read and will be, and what waits for a person."""
    return page("sources/every.html", standings=queries.standings(), words=profiles)


@bp.route("/admin/sources/new", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def add() -> ResponseReturnValue:
    """A new source. Nothing of it is taken before somebody has looked at its first reading."""
    form = SourceForm()
    if form.validate_on_submit():
        try:
            setting = actions.add_source(form.told(), by=signed_in_user())
        except DomainError as problem:
            form.refuse("name", problem.sentence)
        else:
            told = (
                _("Added. Read it now to see what it would bring: nothing is taken before you have looked.")
                if setting.address
                else _(
                    "Added. Send its first file to see what it would bring: nothing is taken before you have looked."
                )
            )
            flash(told, "done")
            return redirect(url_for(".source", source_id=setting.source_id), 303)
    return page("sources/form.html", form=form, setting=None)


@bp.get("/admin/sources/<uuid:source_id>")
@requires(Permission.SITE_MANAGE)
def source(source_id: UUID) -> ResponseReturnValue:
    """One source: how it is read, its readings, and what waits for a person."""
    return _shown(queries.setting_of(source_id), UploadForm(formdata=None))


@bp.route("/admin/sources/<uuid:source_id>/change", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def change(source_id: UUID) -> ResponseReturnValue:
    """How it is read."""
    setting, form = queries.setting_of(source_id), SourceForm()
    if form.validate_on_submit():
        try:
            actions.change_source(setting, form.told(), by=signed_in_user())
        except DomainError as problem:
            form.refuse("name", problem.sentence)
        else:
            flash(_("Saved. It holds from the next reading on."), "done")
            return redirect(url_for(".source", source_id=source_id), 303)
    elif request.method == "GET":
        form.fill(setting)
    return page("sources/form.html", form=form, setting=setting)


@bp.post("/admin/sources/<uuid:source_id>/read")
@requires(Permission.SITE_MANAGE)
def read(source_id: UUID) -> ResponseReturnValue:
    """Have the worker read it now, all of it or what changed."""
    setting = queries.setting_of(source_id)
    try:
        run = actions.ask_for_run(setting, by=signed_in_user(), whole=request.form.get("what") == "whole")
    except DomainError as problem:
        flash(problem.sentence, "note")
        return redirect(url_for(".source", source_id=source_id), 303)
    flash(_("The worker reads it now. This page says how far it has come: reload it."), "done")
    return redirect(url_for(".run", run_id=run.id), 303)


@bp.post("/admin/sources/<uuid:source_id>/file")
@requires(Permission.SITE_MANAGE)
def upload(source_id: UUID) -> ResponseReturnValue:
    """Take a file of this source, and read it."""
    setting, form = queries.setting_of(source_id), UploadForm()
    sent = form.sent()
    if not form.validate_on_submit() or sent is None:
        form.refuse("file", _("Choose a file first."))
        return _shown(setting, form)
    try:
        actions.keep_upload(setting, *sent, by=signed_in_user())
        run = actions.ask_for_run(setting, by=signed_in_user(), whole=True)
    except DomainError as problem:
        form.refuse("file", problem.sentence)
        return _shown(setting, form)
    flash(_("The worker reads the file now. This page says how far it has come: reload it."), "done")
    return redirect(url_for(".run", run_id=run.id), 303)


@bp.post("/admin/sources/<uuid:source_id>/switch")
@requires(Permission.SITE_MANAGE)
def switch(source_id: UUID) -> ResponseReturnValue:
    """Read it no more by the clock, or again."""
    setting = queries.setting_of(source_id)
    if request.form.get("to") == "on":
        actions.resume(setting, by=signed_in_user())
        flash(_("It is read again."), "done")
    else:
        actions.pause(setting, by=signed_in_user())
        flash(_("Paused. Its listings stay as they are, and nothing is read until you resume it."), "done")
    return redirect(url_for(".source", source_id=source_id), 303)


@bp.route("/admin/sources/<uuid:source_id>/remove", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def remove(source_id: UUID) -> ResponseReturnValue:
    """Read it no more, for good; says first what becomes of its listings."""
    setting = queries.setting_of(source_id)
    fate, problem = request.form.get("fate", ""), ""
    if request.method == "POST" and fate in removing.FATES:
        try:
            gone = removing.remove(setting, "go" if fate == "go" else "stay", by=signed_in_user())
        except DomainError as error:
            problem = error.sentence
        else:
            flash(
                _("Removed. Its listings stay.")
                if fate == "stay"
                else ngettext(
                    "Removed, and %(num)s listing was withdrawn.", "Removed, and %(num)s listings were withdrawn.", gone
                ),
                "done",
            )
            return redirect(url_for(".every"), 303)
    elif request.method == "POST":
        problem = _("Choose what becomes of its listings.")
    return page(
        "sources/remove.html", status=422 if problem else 200, setting=setting, problem=problem, fates=removing.FATES,
        held=queries.count_held(source_id), going=removing.count_going(source_id), chosen=fate,
    )  # fmt: skip


def _shown(setting: SourceSetting, form: UploadForm) -> ResponseReturnValue:
    tasks, open_tasks = queries.open_tasks(1, setting.source_id)
    return page(
        "sources/source.html", setting=setting, form=form, runs=queries.runs_of(setting.source_id), words=profiles,
        now=queries.open_run(setting.source_id), held=queries.count_held(setting.source_id), tasks=tasks,
        open_tasks=open_tasks, councils=area_names(setting.area), undecided=queries.to_decide(setting.source_id),
        address=shown_address(setting.address) if setting.address else None, sent=waiting_file(setting.source_id),
    )  # fmt: skip
