"""From a link to the story: sign in, or become the first of the group who answers its referrals."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import arriving, making, passwords, sessions
from portal.accounts.person import signed_in_user, user_or_none
from portal.accounts.queries import user_by_email
from portal.assurance import recorded
from portal.assurance.proof_forms import CodeForm, NewAccountForm
from portal.core.access import public, signed_in
from portal.core.errors import NotFound
from portal.core.i18n import current_locale
from portal.core.numbers import whole_number
from portal.core.origin import hides_referrer
from portal.core.pages import page
from portal.responding import enrolling, opening
from portal.responding.blueprint import bp
from portal.responding.link_views import ASKED_AT, shut
from portal.responding.opening import Opening

PAGES = {"service": "responding.show", "link-work": "caseload.handover"}
"""Where those who sign in read the story, by the kind of an introduction."""


@bp.get("/respond/<string:token>/story")
@public()
@hides_referrer
def story(token: str) -> ResponseReturnValue:
    """The way to who it is: the page of those who answer for the group, or how to become one of them."""
    found = opening.of_any_purpose(token)
    return _story(found, token) if found.has_story else shut(found, token)


@bp.post("/respond/<string:token>/account")
@public()
@hides_referrer
def make_account(token: str) -> ResponseReturnValue:
    """An account for the address that the link was sent to."""
    found, form = _to_enrol(token), NewAccountForm()
    email = found.link.email or ""
    if not _is_for_new(found):
        return redirect(url_for(".story", token=token), 303)
    if form.validate_on_submit():
        own = passwords.own_words(form.name.data, email.partition("@")[0])
        problem = passwords.problem_with(form.password.data, own)
        if problem is None:
            made = making.make(
                email, name=form.name.data, password=form.password.data, locale=current_locale().code,
                details={"introduction_link": str(found.link.id)},
            )  # fmt: skip
            return arriving.arrive(made, factor="password", is_strong=False, to=url_for(".story", token=token))
        form.refuse("password", problem)
    return _story(found, token, account_form=form)


@bp.post("/respond/<string:token>/code")
@signed_in()
@hides_referrer
def send_code(token: str) -> ResponseReturnValue:
    """Send a code to what is on record for the group."""
    found, user = _for_groups(token), signed_in_user()
    organisation = found.introduction.organization
    places, told = enrolling.places_of(organisation), whole_number(request.form.get("to", ""))
    if told is None or told >= len(places) or not enrolling.is_first(organisation.id):
        raise NotFound(_("There is no such address."))
    try:
        recorded.count_code(places[told], by=user)
    except (recorded.EnoughAsked, recorded.EnoughSent):
        flash(_("Many codes were sent today. Use the newest, or ask again tomorrow."), "note")
    else:
        enrolling.send_code(signed_in_user(), _to_enrol(token).introduction.organization, places[told])
    return redirect(url_for(".story", token=token), 303)


@bp.post("/respond/<string:token>/prove")
@signed_in()
@hides_referrer
def prove(token: str) -> ResponseReturnValue:
    """Take the code: who had it read to them answers for the group, once a second step is set up."""
    form = CodeForm()
    if form.code.data:
        enrolling.count_try(signed_in_user())
    found, user = _for_groups(token), signed_in_user()
    introduction, before = found.introduction, sessions.current()
    if enrolling.was_sent(user, introduction.organization_id) is None:
        return redirect(url_for(".story", token=token), 303)
    if form.validate_on_submit() and before is not None:
        to = url_for("responding.show", reference=introduction.shown_reference)
        if enrolling.enrol(user, introduction.organization, form.code.data):
            flash(_("Thank you. You now answer referrals for your group."), "done")
            return arriving.arrive(user, factor=before.factor, is_strong=before.is_strong, to=to)
        form.refuse("code", _("This code is not right, or is too old. Check it, or ask for a new one."))
    return _story(found, token, code_form=form)


def _to_enrol(token: str) -> Opening:
    """For an account or a role: by a link that still works. One that has aged is answered as one that has ended."""
    found = opening.of_any_purpose(token)
    if not (found.has_story and found.is_young):
        raise NotFound(_("This link does not work any more. Use the newest e-mail."))
    return found


def _for_groups(token: str) -> Opening:
    """The same for a group alone: nobody becomes a link worker by a code."""
    found = _to_enrol(token)
    if found.introduction.kind != "service":
        raise NotFound(_("This link does not work any more. Use the newest e-mail."))
    return found


def _is_for_new(found: Opening) -> bool:
    """Whether the address of the link has no account, and the group nobody who answers."""
    email, organization_id = found.link.email, found.introduction.organization_id
    is_group = found.introduction.kind == "service"
    return (
        found.is_young
        and bool(email)
        and is_group
        and enrolling.is_first(organization_id)
        and user_by_email(email or "") is None
    )


def _story(found: Opening, token: str, **forms: NewAccountForm | CodeForm) -> ResponseReturnValue:
    introduction, user = found.introduction, user_or_none()
    organisation = introduction.organization
    if user is not None and enrolling.answers(user, introduction):
        return redirect(url_for(PAGES[introduction.kind], reference=introduction.shown_reference), 303)
    told = {"account_form": NewAccountForm(formdata=None), "code_form": CodeForm(formdata=None)} | forms
    problems = [problem for form in told.values() for problem in form.problems()]
    is_first = introduction.kind == "service" and enrolling.is_first(organisation.id)
    return page(
        "responding/story.html", token=token, introduction=introduction, user=user, is_first=is_first, problems=problems,
        is_young=found.is_young, back=url_for(ASKED_AT[found.purpose], token=token),
        is_to_answer=found.purpose == "answer" and found.why is None,
        is_new=user is None and _is_for_new(found), email=found.link.email,
        places=enrolling.places_of(organisation) if user is not None and is_first and found.is_young else [],
        sent=enrolling.was_sent(user, organisation.id) if user is not None else None,
        status=422 if problems else 200, **told,
    )  # fmt: skip
