"""The page of one's own referral: `/my-referral`, opened by reference and code for half an hour."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.core.errors import Overtaken
from portal.core.i18n import gettext as _
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.directory.help_first import GO_ON, help_first, is_changing
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.referrals.models import Referral
from portal.referrals.moving import WrongState
from portal.referrals.seen import seen_of
from portal.selfreferral import following, opening, status
from portal.selfreferral.blueprint import bp
from portal.selfreferral.status import Standing
from portal.selfreferral.status_forms import CancelForm, OpenForm, OwnContactForm, WriteForm, contact_told

MINE = "/my-referral/<string:reference>"


@bp.route("/my-referral", methods=["GET", "POST"])
@public()
def my_referral() -> ResponseReturnValue:
    """Where reference and code are typed."""
    return _asked(OpenForm())


@bp.route(MINE, methods=["GET", "POST"])
@public()
def my_referral_of(reference: str) -> ResponseReturnValue:
    """Where one's referral stands; else where its code is typed. Unknown references are met like known ones."""
    referral = opening.opened(reference)
    if referral is None or request.method == "POST":
        return _asked(OpenForm(reference=reference))
    return _shown(referral, WriteForm())


@bp.post(f"{MINE}/write")
@public()
def write(reference: str) -> ResponseReturnValue:
    """Write to the group that one asked oneself, or answer its question."""
    return _with(reference, _write)


@bp.route(f"{MINE}/cancel", methods=["GET", "POST"])
@public()
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel it, or some of it."""
    return _with(reference, _of_person(_cancel))


@bp.route(f"{MINE}/contact", methods=["GET", "POST"])
@public()
def contact(reference: str) -> ResponseReturnValue:
    """Change how to get in touch."""
    return _with(reference, _of_person(_contact))


@bp.post(f"{MINE}/visit")
@public()
def visit(reference: str) -> ResponseReturnValue:
    """Say whether one comes to the visit that is booked."""
    return _with(reference, _visit)


@bp.route(f"{MINE}/agreement", methods=["GET", "POST"])
@public()
def agreement(reference: str) -> ResponseReturnValue:
    """End the agreement with one organisation, or with all."""
    return _with(reference, _of_person(_agreement))


@bp.get(f"{MINE}/seen")
@public()
def who_saw(reference: str) -> ResponseReturnValue:
    """Who has seen what, and when: to read and to print."""
    return _with(reference, _of_person(_who_saw))


@bp.post(f"{MINE}/code")
@public()
def code(reference: str) -> ResponseReturnValue:
    """A new code, shown once."""
    return _with(reference, _code)


@bp.post(f"{MINE}/close")
@public()
def close(reference: str) -> ResponseReturnValue:
    """Shut the page in this browser."""
    response = redirect(url_for(".my_referral"), 303)
    opening.shut(response)
    flash(_("Your referral is closed in this browser."), "done")
    return response


def _with(reference: str, act: Callable[[Referral], Response]) -> Response:
    """The referral that this browser has opened; else back to where its code is typed."""
    referral = opening.opened(reference)
    return redirect(url_for(".my_referral_of", reference=reference), 303) if referral is None else act(referral)


def _of_person(act: Callable[[Referral], Response]) -> Callable[[Referral], Response]:
    """A page that tells of the person beyond the referral: not for who asked for somebody whom a team looks after by now."""

    def look(referral: Referral) -> Response:
        if status.tells_of_person(referral):
            return act(referral)
        flash(_("A link worker looks after this with them now. Phone the team."), "note")
        return _back(referral)

    return look


def _asked(form: OpenForm) -> Response:
    if not form.validate_on_submit():
        return page("selfreferral/open.html", form=form)
    typed = str(form.reference.data), str(form.code.data)
    referral = opening.open_by_code(*typed, address=request.remote_addr or "")
    if referral is None:
        form.refuse("code", _("We cannot open a referral with this reference and this code. Check both"))
        return page("selfreferral/open.html", form=form)
    response = _back(referral)
    opening.remember(response, referral)
    return response


def _shown(referral: Referral, form: WriteForm) -> Response:
    standings = status.standings_of(referral)
    return _page(
        "selfreferral/status.html", referral, standings=standings, sharings=status.sharings_of(referral), form=form,
        tells_of_person=status.tells_of_person(referral),
    )  # fmt: skip


def _write(referral: Referral) -> Response:
    form = WriteForm()
    wanted = (one for one in status.standings_of(referral) if one.introduction.reference == form.of.data)
    found = next((one for one in wanted if one.can_write), None)
    if found is None:
        flash(_("Nothing can be written about this any more."), "note")
        return _back(referral)
    if not form.validate_on_submit() or is_changing():
        return _shown(referral, form)
    if (stop := help_first(form.dangers, place=_place_of(referral))) is not None:
        return stop
    following.write(found.introduction, str(form.words.data), form_key=str(form.key.data))
    flash(_("It is sent. They hear that you wrote."), "done")
    return _back(referral)


def _cancel(referral: Referral) -> Response:
    rows = [one for one in status.standings_of(referral) if one.can_end]
    if not rows:
        return _back(referral)
    form = CancelForm({one.introduction.reference: one.introduction.to_what for one in rows})
    if not form.validate_on_submit() or is_changing():
        return _page("selfreferral/cancel.html", referral, form=form, rows=rows)
    if (stop := help_first(form.dangers, place=_place_of(referral), go_on=GO_ON)) is not None:
        return stop
    chosen = [one.introduction for one in rows if one.introduction.reference in form.which.data]
    following.cancel(chosen, reason=form.reason, words=form.words.data)
    flash(_("It is cancelled. They see nothing of it any more."), "done")
    return _back(referral)


def _contact(referral: Referral) -> Response:
    person = referral.person
    told = contact_told(person, referral.route)
    form = OwnContactForm(told) if request.method == "POST" else OwnContactForm.of(told, version=person.version)
    if not form.validate_on_submit() or is_changing():
        return _page("selfreferral/change-contact.html", referral, form=form, told=told)
    if (stop := help_first(form.dangers, place=_place_of(referral), go_on=GO_ON)) is not None:
        return stop
    try:
        following.change_contact(person, form.told(), version=form.seen_version)
    except Overtaken as problem:
        form.version.data = str(problem.version)
        return _page(
            "selfreferral/change-contact.html", referral, form=form, told=told, clash=problem.sentence, status=409
        )
    flash(_("We use this from now on."), "done")
    return _back(referral)


def _visit(referral: Referral) -> Response:
    answers = {"yes": following.will_come, "no": following.will_not_come}
    act = answers.get(request.form.get("coming", ""))
    found = _of(status.standings_of(referral), request.form.get("of", ""))
    if act is None or found is None:
        return _back(referral)
    try:
        act(found.introduction)
    except WrongState as problem:
        flash(problem.sentence, "note")
        return _back(referral)
    is_coming = act is following.will_come
    flash(_("Thank you. They expect you.") if is_coming else _("The visit is cancelled. Your place stays."), "done")
    return _back(referral)


def _agreement(referral: Referral) -> Response:
    shared = [one for one in status.sharings_of(referral) if one.is_active]
    chosen = request.form.get("end", "")
    ids: dict[str, Any] = {one.organization_id.hex: one.organization_id for one in shared} | {following.ALL: None}
    if request.method == "GET" or chosen not in ids:
        is_missing = request.method == "POST"
        return _page(
            "selfreferral/agreement-end.html", referral, shared=shared, is_missing=is_missing,
            status=422 if is_missing else None,
        )  # fmt: skip
    following.stop_sharing(referral.person, ids[chosen])
    flash(_("The agreement has ended. What was shared under it is closed from now on."), "done")
    return _back(referral)


def _who_saw(referral: Referral) -> Response:
    number = page_number()
    rows, has_more = seen_of(referral.person, is_own=True, page=number)
    return _page("selfreferral/seen.html", referral, rows=rows, page=number, has_more=has_more)


def _code(referral: Referral) -> Response:
    flash(_("Your new code is %(code)s. Write it down: it is shown once.", code=following.new_code(referral)), "done")
    response = _back(referral)
    opening.remember(response, referral)
    return response


def _place_of(referral: Referral) -> Place | PlaceProblem | None:
    """Where the person lives; not for who asked for somebody whom a team looks after by now."""
    postcode = referral.person.postcode if status.tells_of_person(referral) else None
    return locate(postcode) if postcode else None


def _of(rows: Sequence[Standing], reference: str) -> Standing | None:
    return next((one for one in rows if one.introduction.reference == reference and one.visit is not None), None)


def _page(template: str, referral: Referral, **context: Any) -> Response:
    return page(template, referral=referral, is_sensitive=status.is_sensitive(referral), **context)


def _back(referral: Referral) -> Response:
    return redirect(url_for(".my_referral_of", reference=referral.shown_reference), 303)
