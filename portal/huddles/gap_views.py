"""Telling of a gap: from the huddle of a team, from a case of its board, or from the record of a person."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.returning import own_path
from portal.core.viewer import viewer
from portal.directory.help_first import help_first, is_changing
from portal.directory.needs import NEEDS
from portal.geography.models import Neighbourhood
from portal.geography.places import Place
from portal.huddles import gaps
from portal.huddles.blueprint import bp
from portal.huddles.cases import case_for
from portal.huddles.gap_forms import GapForm
from portal.huddles.gaps import Where
from portal.huddles.meeting import meeting_at
from portal.matching.records import where as where_they_live
from portal.people.models import Person
from portal.people.queries import open_record
from portal.teams.queries import neighbourhoods_of


@bp.route("/neighbourhoods/<string:slug>/gap", methods=["GET", "POST"])
@requires(Permission.TEAM_WORK)
def report_gap(slug: str) -> ResponseReturnValue:
    """What is missing here: for the team, or for somebody whose case is open and shared with the viewer (`?case=`).

    That the form about somebody was opened is noted.
    """
    reference, person = request.args.get("case"), None
    if reference:
        where, person = _of_case(slug, reference)
    else:
        where = gaps.team_at(viewer(), slug)
    places = neighbourhoods_of(where.team_id) if where.team_id else ()
    back = own_path(request.values.get("next"), url_for("neighbourhoods.show", slug=slug))
    return _asked(where, places, person, back, section=bp.name)


@bp.route("/clients/<string:reference>/gap", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def no_service_fits(reference: str) -> ResponseReturnValue:
    """No service fits somebody of the caseload: kept for where they live, and told to the team there."""
    person = open_record(viewer(), reference, what="gap")
    home = where_they_live(person)
    back = own_path(request.values.get("next"), url_for("caseload.record", reference=person.reference))
    return _asked(gaps.where_of(home), (), person, back, section="caseload", home=home)


def _of_case(slug: str, reference: str) -> tuple[Where, Person]:
    """Whose open case it is, shared with the viewer, and where its team works. Raises NotFound."""
    at = meeting_at(viewer(), slug, clock.today().isoformat())
    person_id = case_for(viewer(), at, reference).case.person_id
    audit.record_now("person.read", ("person", person_id), by=viewer(), details={"what": "gap"})
    return Where(at.team_id, at.neighbourhood_id, slug, at.place), case_for(viewer(), at, reference).case.person


def _asked(
    where: Where,
    places: Sequence[Neighbourhood],
    person: Person | None,
    back: str,
    *,
    section: str,
    home: Place | None = None,
) -> ResponseReturnValue:
    need = request.args.get("need", "")
    filled = str(where.neighbourhood_id or "")
    form = GapForm(places, need=need if need in NEEDS else "", place=filled, next=back)
    if not form.validate_on_submit() or is_changing():
        return page("huddles/gap.html", form=form, where=where, person=person, back=back, section=section)
    if (stop := help_first(form.dangers, place=home, section=section)) is not None:
        return stop
    chosen: UUID | None = form.chosen_place or where.neighbourhood_id
    person_id = person.id if person is not None else None
    gaps.report(form.told(), replace(where, neighbourhood_id=chosen), person_id=person_id, by=viewer())
    flash(
        _(
            "Kept: it counts as something that is missing here. Nobody beyond the team reads your words until they are cleared."
        ),
        "done",
    )
    return redirect(back, 303)
