"""Raising a worry about somebody's safety. The queue of the safeguarding lead is in `queue_views`."""

from typing import cast

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import User
from portal.accounts.person import signed_in_user
from portal.core import clock
from portal.core.access import signed_in
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.core.working_days import Nation
from portal.directory import urgent
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.safeguarding import actions, from_voice, promise, queries, queue_views, subjects
from portal.safeguarding.blueprint import bp
from portal.safeguarding.forms import RaiseForm
from portal.safeguarding.subjects import Subject

__all__ = ["bp", "from_voice", "queue_views"]
KINDS = ("emergency", "safeguarding_adult", "safeguarding_child")


@bp.route("/safety/raise", methods=["GET", "POST"])
@signed_in()
def raise_concern() -> ResponseReturnValue:
    """Tell the safeguarding lead of a worry: about an introduction or a person that one may see, or about neither."""
    user = signed_in_user()
    about = _subject(user)
    form, cards = RaiseForm(), urgent.cards_for(KINDS, place=_place(user, about))
    if not about.leads:
        phones = [(one, queries.phone_of(one.id)) for one in about.organisations]
        return page("safeguarding/nobody.html", about=about, phones=phones, urgent_cards=cards)
    if not form.validate_on_submit():
        mine = subjects.organisations_of(user) if about.person is None else []
        by = promise.read_by(clock.now(), cast("Nation", about.nation))
        return page("safeguarding/raise.html", form=form, about=about, mine=mine, urgent_cards=cards, read_by=by)
    concern = actions.raise_concern(form.worry(), about, by=user)
    return redirect(url_for(".raised", concern=concern.reference), 303)


@bp.get("/safety/raised/<string:concern>")
@signed_in()
def raised(concern: str) -> ResponseReturnValue:
    """It is with the safeguarding lead: its reference, and by when it is read. Its words are not shown again."""
    found = queries.raised_by(viewer(), concern)
    return page("safeguarding/raised.html", concern=found, read_by=promise.due_of(found))


def _subject(user: User) -> Subject:
    told = request.args
    return subjects.subject_of(
        user,
        introduction=told.get("introduction"),
        person=told.get("person"),
        organisation=told.get("organisation"),
    )


def _place(user: User, about: Subject) -> Place | None:
    """Where the person lives, so that the council is named: for the team that holds the record alone."""
    person = about.person
    if (
        person is None
        or not person.postcode
        or not user.can(Permission.CASELOAD, organisation_id=person.organization_id)
    ):
        return None
    found = locate(person.postcode)
    return found if isinstance(found, Place) else None
