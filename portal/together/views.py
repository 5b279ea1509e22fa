"""Several referrals from one case: a bundle, a service for each of its lines, and then the one page of a referral for all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.forms import key_of
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.matching.records import where
from portal.people.models import Person
from portal.people.queries import open_record
from portal.referrals import queries as referrals
from portal.referrals.models import Referral
from portal.together import actions, proposing, queries
from portal.together.bundles import BUNDLES, Bundle
from portal.together.forms import ChooseForm
from portal.together.queries import Standing

bp = Blueprint("together", __name__)
WAY = "/clients/<string:reference>/together"
SECTION = "caseload"


@bp.get(WAY)
@requires(Permission.CASELOAD)
def bundles(reference: str) -> ResponseReturnValue:
    """Which situation is it?"""
    person = open_record(viewer(), reference, what="together")
    return page("together/bundles.html", section=SECTION, person=person, bundles=BUNDLES.values())


@bp.route(f"{WAY}/<string:bundle>", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def choose(reference: str, bundle: str) -> ResponseReturnValue:
    """For each line the nearest that fits, to be changed or left out; then one page says what is shared with all of them.

    `?draft=<reference>`: what was chosen for that draft, to be chosen otherwise.
    """
    wanted = BUNDLES.get(bundle) or abort(404)
    person = open_record(viewer(), reference, what="together")
    if request.form and (gone := queries.sent_with(person, key_of(request.form.get("key")))) is not None:
        return redirect(url_for("caseload.sent", reference=person.reference, referral=gone.reference), 303)
    draft = queries.set_of(person, wanted, request.args.get("draft"))
    if draft is not None and queries.is_sent(draft):
        return redirect(url_for("caseload.sent", reference=person.reference, referral=draft.reference), 303)
    form = ChooseForm(proposing.proposals_for(person, wanted) if _is_open(person) else (), **_standing(draft))
    if not form.parts or not form.validate_on_submit():
        return _choose_page(person, wanted, form)
    referral = actions.choose(person, wanted, form.chosen, form_key=str(form.key.data), by=viewer())
    return redirect(url_for("caseload.refer", reference=person.reference, draft=referral.reference), 303)


@bp.get(f"{WAY}/next/<string:introduction>")
@requires(Permission.CASELOAD)
def next_nearest(reference: str, introduction: str) -> ResponseReturnValue:
    """After a no: the page of a referral to the next nearest for the same line, filled with what the first one was told."""
    person = open_record(viewer(), reference, what="together")
    refused = referrals.asked(viewer(), introduction)
    line = queries.line_of(refused)
    bundle = BUNDLES.get(line.bundle) if line is not None else None
    known = next((one for one in bundle.lines if line and one.id == line.line), None) if bundle else None
    if refused.person_id != person.id or known is None:
        abort(404)
    offers = proposing.offers_for(person, known, where(person), but=queries.said_no(person)) if _is_open(person) else []
    if not offers:
        return page("together/nobody-else.html", section=SECTION, person=person, line=known, refused=refused)
    address = url_for("caseload.refer", reference=person.reference, service=offers[0].id, instead=refused.reference)
    return redirect(address, 303)


@bp.app_template_global()
def together_of(people: Sequence[UUID]) -> Mapping[UUID, Sequence[Standing]]:
    """For templates of pages about people: what was asked for together for them and has not come to an end. Once a request."""
    asked = tuple(people)
    kept: dict[tuple[UUID, ...], Mapping[UUID, Sequence[Standing]]] = g.setdefault("together", {})
    if asked not in kept:
        found = queries.standings_for(viewer(), asked)
        kept[asked] = {one: [set_ for set_ in sets if not set_.is_over] for one, sets in found.items()}
    return kept[asked]


@bp.app_template_global()
def bundles_offered() -> Sequence[Bundle]:
    """For the record: what can be asked for together."""
    return tuple(BUNDLES.values())


@bp.app_template_global()
def chosen_at(referral: Referral) -> str | None:
    """For the pages of a referral: the address where the groups of a draft were chosen; none where they were not chosen here."""
    bundle = queries.bundle_of(referral)
    if bundle not in BUNDLES:
        return None
    return url_for("together.choose", reference=referral.person.reference, bundle=bundle, draft=referral.reference)


def _standing(draft: Referral | None) -> dict[str, Any]:
    """What the form begins with where a draft is chosen for anew: its key, so that the same draft is changed, and its choice.

    Nothing of one that was thrown away.
    """
    before = queries.chosen_for(draft) if draft is not None else {}
    return {"data": {"key": draft.form_key}, "before": before} if draft is not None and before else {}


def _is_open(person: Person) -> bool:
    """Whether anything may be sent for somebody."""
    return person.closed_at is None and person.death_recorded_at is None


def _choose_page(person: Person, bundle: Bundle, form: ChooseForm) -> ResponseReturnValue:
    is_shut = not _is_open(person)
    status = 409 if is_shut and form.is_submitted() else None
    return page(
        "together/choose.html", section=SECTION, status=status, person=person, bundle=bundle, form=form, is_shut=is_shut
    )
