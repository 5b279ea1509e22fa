"""Outcome measures: which are in use, under which licence, and who signed their words."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.admin.blueprint import bp
from portal.admin.measure_forms import EndsForm, LicenceForm, TableForm, words_form
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.forms import PageForm
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.measures import actions, queries
from portal.measures.instruments import ORDER
from portal.measures.queries import Ready
from portal.measures.words import BANDS, NEEDS, RESULTS, STATUSES

ONE = f"/measures/<any({', '.join(map(repr, ORDER))}):measure>"
"""The address of one measure."""


@bp.get("/measures")
@requires(Permission.SITE_MANAGE)
def measures() -> ResponseReturnValue:
    """Every measure and how it stands."""
    return page("admin/measures.html", measures=queries.every_measure(), statuses=STATUSES, needs=NEEDS)


@bp.get(ONE)
@requires(Permission.SITE_MANAGE)
def measure(measure: str) -> ResponseReturnValue:
    """One measure: its words as they are read out, its licence, and what is still to bring."""
    return _shown(queries.measure(measure))


@bp.post(f"{ONE}/use")
@requires(Permission.SITE_MANAGE)
def use_measure(measure: str) -> ResponseReturnValue:
    """Put it into use or out of it."""
    is_on = request.form.get("use") == "on"
    return _done(measure, lambda: actions.switch(measure, is_on=is_on, by=signed_in_user()))


@bp.post(f"{ONE}/sign")
@requires(Permission.SITE_MANAGE)
def sign_measure(measure: str) -> ResponseReturnValue:
    """Sign the words of the language of this page, as they were shown."""
    told = request.form.get("digest", "")
    code = current_locale().code
    return _done(measure, lambda: actions.sign_wording(measure, code, told, by=signed_in_user()))


@bp.post(f"{ONE}/licence")
@requires(Permission.SITE_MANAGE)
def measure_licence(measure: str) -> ResponseReturnValue:
    """Say under which licence it is used."""
    ready, form = queries.measure(measure), LicenceForm()
    number, version = form.number.data, form.version.data
    return _sent(
        ready, form, "licence", lambda: actions.set_licence(measure, number, version, by=signed_in_user()), "number"
    )


@bp.post(f"{ONE}/words")
@requires(Permission.SITE_MANAGE)
def measure_words(measure: str) -> ResponseReturnValue:
    """Bring its words in the language of this page."""
    ready = queries.measure(measure)
    form, code = words_form(ready, is_sent=True), current_locale().code
    return _sent(
        ready, form, "words", lambda: actions.import_words(measure, code, form.texts(), by=signed_in_user()), "intro"
    )


@bp.post(f"{ONE}/table")
@requires(Permission.SITE_MANAGE)
def measure_table(measure: str) -> ResponseReturnValue:
    """Bring its table of scores."""
    ready, form = queries.measure(measure), TableForm()
    return _sent(
        ready, form, "table", lambda: actions.import_table(measure, form.table.data, by=signed_in_user()), "table"
    )


@bp.post(f"{ONE}/ends")
@requires(Permission.SITE_MANAGE)
def measure_ends(measure: str) -> ResponseReturnValue:
    """Say which numbers its answers run from and to."""
    ready, form = queries.measure(measure), EndsForm()
    return _sent(
        ready,
        form,
        "ends",
        lambda: actions.set_ends(measure, form.lowest.data, form.highest.data, by=signed_in_user()),
        "highest",
    )


def _done(measure: str, act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
    except DomainError as problem:
        if problem.status == 404:
            raise
        flash(problem.sentence, "note")
    else:
        flash(_("Saved."), "done")
    return redirect(url_for(".measure", measure=measure), 303)


def _sent(ready: Ready, form: PageForm, name: str, act: Callable[[], None], field: str) -> ResponseReturnValue:
    """Act on a form, or show the page again with what is wrong at its field."""
    if form.validate_on_submit():
        try:
            act()
        except DomainError as problem:
            if not _asks_for(name, ready):
                raise
            form.refuse(field, problem.sentence)
        else:
            flash(_("Saved."), "done")
            return redirect(url_for(".measure", measure=ready.instrument.id), 303)
    return _shown(ready, **{name: form})


def _asks_for(name: str, ready: Ready) -> bool:
    """Whether the page has this form: words may be brought under a licence alone."""
    return name in ready.instrument.needs and (name != "words" or bool(ready.licence_number))


def _shown(ready: Ready, **sent: PageForm) -> ResponseReturnValue:
    table = "\n".join(
        f"{raw} {score:g}" for one in ready.instrument.scales if one.table for raw, score in one.table.items()
    )
    ends = next((one.options for one in ready.instrument.items if one.kind == "scale" and one.options), ())
    forms = {
        "licence": LicenceForm(formdata=None, data={"number": ready.licence_number, "version": ready.version}),
        "words": None if "words" in sent else words_form(ready, is_sent=False),
        "table": TableForm(formdata=None, data={"table": table}),
        "ends": EndsForm(formdata=None, data={"lowest": ends[0].points, "highest": ends[-1].points} if ends else {}),
        **sent,
    }
    form = next(iter(sent.values()), None)
    return page(
        "admin/measure.html",
        form=form,
        ready=ready,
        forms=forms,
        statuses=STATUSES,
        needs=NEEDS,
        results=RESULTS,
        bands=BANDS,
    )
