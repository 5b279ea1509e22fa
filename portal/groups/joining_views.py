"""Pages for who joins: which group it is, confirming an address, showing to be of it, and what a lead decides."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import arriving, passwords, sessions
from portal.accounts.models import User
from portal.accounts.person import signed_in_user, user_or_none
from portal.assurance import recorded
from portal.assurance.proof_forms import CodeForm, NewAccountForm
from portal.changes.models import ChangeRequest
from portal.core import audit
from portal.core.access import public, requires, signed_in
from portal.core.errors import NotFound
from portal.core.i18n import current_locale
from portal.core.numbers import whole_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.groups import claims, joining, matching, proving
from portal.groups.joining_forms import AddForm, AskForm, NoteForm, asked
from portal.groups.wishes import Wish

bp = Blueprint("joining", __name__)


@bp.get("/group/join")
@public()
def start() -> ResponseReturnValue:
    """Which group is yours? Asks for a number, or a name with a postcode; then shows those that may be meant."""
    wanted = asked(request.args.to_dict())
    problems = wanted.problems() if request.args else []
    if problems or not wanted.is_anything:
        mine = claims.open_claims_of(user_or_none())
        return page("groups/join.html", asked=wanted, problems=problems, mine=mine, status=422 if problems else 200)
    joining.looked(request.remote_addr or "")
    found = matching.by_number(wanted.number) if wanted.number else matching.by_name(wanted.name, wanted.postcode)
    return page("groups/join-matches.html", asked=wanted, matches=found)


@bp.route("/group/join/ask/<uuid:organisation_id>", methods=["GET", "POST"])
@public()
def ask(organisation_id: UUID) -> ResponseReturnValue:
    """This is us: ask to look after an organisation that is here."""
    wish = Wish(organisation_id=organisation_id, locale=current_locale().code)
    form, user = AskForm(), user_or_none()
    if request.method == "POST" and user is not None:
        return _begun(user, claims.begin(wish, user, key=form.key.data))
    name = joining.name_of(wish)
    if user is None and form.validate_on_submit():
        return _sent(form, wish)
    return page(
        "groups/join-ask.html", form=form, user=user, name=name, action=url_for(".ask", organisation_id=organisation_id)
    )


@bp.route("/group/join/register/<string:register>/<string:number>", methods=["GET", "POST"])
@public()
def ask_registered(register: str, number: str) -> ResponseReturnValue:
    """This is us: ask to add a body that a register knows. One that is here already leads to its own page."""
    known = matching.organisation_of(register, number)
    if known is not None:
        return redirect(url_for(".ask", organisation_id=known), 303)
    wish = Wish(register=register, number=number, locale=current_locale().code)
    form, user, name = AskForm(), user_or_none(), joining.name_of(wish)
    if request.method == "POST" and user is not None:
        return _begun(user, claims.begin(wish, user, key=form.key.data))
    if user is None and form.validate_on_submit():
        return _sent(form, wish)
    action = url_for(".ask_registered", register=register, number=number)
    return page("groups/join-ask.html", form=form, user=user, name=name, action=action, entry=(register, number))


@bp.route("/group/join/add", methods=["GET", "POST"])
@public()
def add() -> ResponseReturnValue:
    """None of these: add a group by its name. One whose name is here already is asked about once more."""
    user, form = user_or_none(), AddForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.name.data, form.postcode.data = asked(request.args.to_dict()).name, request.args.get("postcode", "")[:20]
    if user is not None:
        del form.email
    if not form.validate_on_submit():
        return page("groups/join-add.html", form=form, user=user)
    if form.sure.data != "yes" and (alike := _alike(form)):
        return page("groups/join-add.html", form=form, user=user, alike=alike, status=422)
    wish = Wish(name=form.name.data, postcode=form.postcode.data, locale=current_locale().code)
    if user is not None:
        return _begun(user, claims.begin(wish, user, key=form.key.data))
    return _sent(form, wish)


@bp.get("/group/join/sent")
@public()
def sent() -> ResponseReturnValue:
    """A link is on its way."""
    return page("groups/join-sent.html")


@bp.route("/group/join/link/<string:token>", methods=["GET", "POST"])
@public()
def confirm(token: str) -> ResponseReturnValue:
    """The link from the mail: GET shows, POST goes on, with an account or by making one."""
    row, wish = joining.link(token)
    user, form, name = user_or_none(), NewAccountForm(), joining.name_of(wish)
    if user is not None and joining.is_for(row, user):
        if request.method == "POST":
            return _begun(user, joining.go_on(row, user))
        return page("groups/join-confirm.html", token=token, name=name, user=user, form=None)
    if joining.owner_of(row) is not None or user is not None:
        return page("groups/join-sign-in.html", token=token, name=name, is_other=user is not None)
    if form.validate_on_submit() and _is_good(form, row.email or ""):
        made = joining.make_account(row, name=form.name.data, password=form.password.data, locale=current_locale().code)
        return arriving.arrive(made, factor="password", is_strong=False, to=_next(joining.go_on(row, made)))
    return page("groups/join-confirm.html", token=token, name=name, user=None, form=form, email=row.email)


@bp.get("/group/join/claims/<uuid:claim_id>")
@signed_in()
def claim(claim_id: UUID) -> ResponseReturnValue:
    """How one's own claim stands, and what to do next."""
    return _claim_page(claims.claim_for(signed_in_user(), claim_id))


@bp.post("/group/join/claims/<uuid:claim_id>/code")
@signed_in()
def send_code(claim_id: UUID) -> ResponseReturnValue:
    """Send a code to an address on record. Where no more go there today, or a lead has come, the claim waits for others."""
    user = signed_in_user()
    found = claims.claim_for(user, claim_id)
    chosen = _chosen(found)
    if claims.has_lead(found):
        claims.leave_to_others(found, by=user)
        return redirect(url_for(".claim", claim_id=claim_id), 303)
    try:
        recorded.count_code(chosen, by=user)
    except recorded.EnoughAsked as problem:
        return _claim_page(found, enough=problem.sentence)
    except recorded.EnoughSent as problem:
        claims.leave_to_others(found, by=user)
        flash(problem.sentence, "note")
    else:
        proving.send_code(found, chosen, by=user)
    return redirect(url_for(".claim", claim_id=claim_id), 303)


@bp.post("/group/join/claims/<uuid:claim_id>/prove")
@signed_in()
def prove(claim_id: UUID) -> ResponseReturnValue:
    """Take the code. Only tries of whose claim it is count."""
    claims.claim_for(signed_in_user(), claim_id)
    proving.count_try(claim_id)
    user = signed_in_user()
    found, form = claims.claim_for(user, claim_id), CodeForm()
    if not form.validate_on_submit():
        return _claim_page(found, code_form=form)
    if not claims.prove(found, form.code.data, by=user):
        form.refuse("code", _("This code is not right, or is too old. Check it, or ask for a new one."))
        return _claim_page(found, code_form=form)
    if found.state == "live":
        flash(_("Thank you. You can now look after these listings."), "done")
    return _begun(user, found)


@bp.post("/group/join/claims/<uuid:claim_id>/moderators")
@signed_in()
def ask_moderators(claim_id: UUID) -> ResponseReturnValue:
    """Leave it to the moderators."""
    user = signed_in_user()
    found, form = claims.claim_for(user, claim_id), NoteForm()
    if not form.validate_on_submit():
        return _claim_page(found, note_form=form)
    claims.ask_moderators(found, form.note.data, by=user)
    return redirect(url_for(".claim", claim_id=claim_id), 303)


@bp.route("/group/join/asked/<uuid:claim_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def asked_to(claim_id: UUID) -> ResponseReturnValue:
    """For a lead: somebody asks to look after the listings too. Reading who it is, is an entry of the audit chain."""
    lead = signed_in_user()
    found = claims.asked_for(lead, claim_id)
    if request.method == "GET" or found.state != "waiting":
        audit.record_now("claim.read", ("change_request", claim_id), by=lead)
        return page("groups/join-asked.html", claim=found, claimant=claims.claimant_of(found))
    if request.form.get("answer") == "yes":
        claims.accept(found, lead)
        flash(_("Done. They can change the listings. While they are new, a moderator looks at each change."), "done")
    else:
        claims.refuse(found, lead)
        flash(_("Done. They are told that the answer is no."), "done")
    return redirect(url_for(".asked_to", claim_id=claim_id), 303)


def _sent(form: AskForm, wish: Wish) -> Response:
    joining.send_link(form.email.data, wish, asked_by=request.remote_addr or "", form_key=str(form.key.data))
    return redirect(url_for(".sent"), 303)


def _begun(user: User, found: ChangeRequest | None) -> Response:
    """Go on after a claim. Roles that were just given end sessions, so that a new one begins."""
    before = sessions.current()
    if before is None or found is None or found.state != "live":
        return redirect(_next(found), 303)
    return arriving.arrive(user, factor=before.factor, is_strong=before.is_strong, to=_next(found))


def _next(found: ChangeRequest | None) -> str:
    return url_for(".claim", claim_id=found.id) if found is not None else url_for("groups.home")


def _chosen(found: ChangeRequest) -> recorded.OnRecord:
    """The address on record that a code is to go to. Raises NotFound."""
    places = recorded.on_record(found.organization, before=found.created_at)
    told = whole_number(request.form.get("to", ""))
    if found.state not in claims.OPEN or told is None or told >= len(places):
        raise NotFound(_("There is no such address."))
    return places[told]


def _claim_page(
    found: ChangeRequest, *, enough: str | None = None, **forms: CodeForm | NoteForm
) -> ResponseReturnValue:
    """How a claim stands. `enough`: why no further code was sent, with what to do instead."""
    told = {"code_form": CodeForm(formdata=None), "note_form": NoteForm(formdata=None)} | forms
    problems = [problem for form in told.values() for problem in form.problems()]
    problems += [("note", enough)] if enough else []
    return page(
        "groups/join-claim.html", claim=found, places=recorded.on_record(found.organization, before=found.created_at),
        sent=proving.was_sent(found), has_lead=claims.has_lead(found), problems=problems,
        status=429 if enough else 422 if problems else 200, **told,
    )  # fmt: skip


def _alike(form: AddForm) -> list[matching.Match]:
    joining.looked(request.remote_addr or "")
    return [one for one in matching.by_name(form.name.data, form.postcode.data) if one.is_sure]


def _is_good(form: NewAccountForm, email: str) -> bool:
    own = passwords.own_words(form.name.data, email.partition("@")[0])
    problem = passwords.problem_with(form.password.data, own)
    if problem is not None:
        form.refuse("password", problem)
    return problem is None
