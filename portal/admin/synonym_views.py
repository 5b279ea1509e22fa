"""Phrases that are added to what is understood: each is tried against our own queries before it holds."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.admin.blueprint import bp
from portal.admin.synonym_forms import SynonymForm, preview_of
from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.directory import synonyms as phrases
from portal.directory.query_set import Trial
from portal.directory.synonyms import Draft, WrongPhrase


@bp.route("/synonyms", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def synonyms() -> ResponseReturnValue:
    """Every phrase that was added. POST tries one, and saves it once what it changes was seen."""
    form = SynonymForm()
    draft = tried = None
    if form.validate_on_submit():
        try:
            draft = phrases.draft(form.language.data, form.phrase.data, form.meaning.data)
            tried = phrases.tried(draft)
            if request.form.get("do") == "save" and _may_be_saved(form, draft, tried):
                phrases.add(draft, by=signed_in_user())
                flash(_("Saved. Every search understands it within two seconds."), "done")
                return redirect(url_for(".synonyms"), 303)
        except WrongPhrase as problem:
            form.refuse("phrase", problem.sentence)
            tried = None
    return page(
        "admin/synonyms.html", status=422 if form.errors else 200, form=form, draft=draft, tried=tried,
        seen=preview_of(draft, tried) if draft and tried else "", every=phrases.every_synonym(),
        label_of=phrases.label_of, languages=phrases.language_names(),
    )  # fmt: skip


@bp.post("/synonyms/<uuid:synonym_id>/switch")
@requires(Permission.SITE_MANAGE)
def switch_synonym(synonym_id: UUID) -> ResponseReturnValue:
    """Switch a phrase off, or put it back."""
    is_on = request.form.get("to") == "on"
    try:
        phrases.switch(synonym_id, is_on=is_on, by=signed_in_user())
    except WrongPhrase as problem:
        flash(problem.sentence, "note")
    else:
        flash(_("It holds again.") if is_on else _("It is switched off. You can put it back."), "done")
    return redirect(url_for(".synonyms"), 303)


def _may_be_saved(form: SynonymForm, draft: Draft, tried: Trial) -> bool:
    """Whether what it changes was seen as it is now, and whoever saves it is content with what gets worse."""
    if form.seen.data != preview_of(draft, tried):
        flash(_("Not saved yet. Look at what it changes first."), "note")
        return False
    if any(one.is_urgent_changed for one in tried.differences):
        form.refuse("phrase", _("This phrase would change when urgent help is shown, so it cannot be saved."))
        return False
    if tried.count("worse") and not form.anyway.data:
        form.refuse("anyway", _("Some searches are understood worse. Tick this if you want to save it all the same."))
        return False
    return True
