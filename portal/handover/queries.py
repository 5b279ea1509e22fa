"""Questions of a practice: which teams take its patients, and what became of those whom it handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import QueryableAttribute, joinedload

from portal.core import working_days
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.core.working_days import Nation
from portal.geography.places import NATIONS
from portal.organisations.models import Organization
from portal.people import consents
from portal.people.models import Person
from portal.people.queries import match_keys, number_keys
from portal.referrals.documents import TOLD_AT
from portal.referrals.models import Introduction, LinkTeam, Referral
from portal.referrals.queries import note_reading
from portal.referrals.states import ACTED_ON, OPEN, State

A_PAGE = 50
ENGLAND = "england"
HIDDEN = [State.DRAFT.value, State.ENTERED_IN_ERROR.value]


@dataclass(frozen=True)
class Page:
    """One page of a list. Pages begin with 1; a page out of range is the nearest."""

    items: Sequence[Introduction]
    page: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """The number of its first item."""
        return (self.page - 1) * A_PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of its last item."""
        return min(self.page * A_PAGE, self.total)


def practices_of(viewer: Viewer) -> Sequence[Organization]:
    """The practices for which somebody hands over, by name."""
    wanted = select(Organization).where(_is_of(Organization.id, viewer)).order_by(Organization.name, Organization.id)
    return db.session.scalars(wanted).all()


def practice_of(viewer: Viewer, wanted: str | None) -> Organization:
    """The practice that was chosen, else the first. Raises NotFound where there is none, or it is not theirs."""
    practices = practices_of(viewer)
    chosen = [one for one in practices if str(one.id) == wanted] if wanted else practices
    if not chosen:
        raise NotFound(_("There is no practice here that you hand over for."))
    return chosen[0]


def teams_for(practice_id: UUID) -> Sequence[LinkTeam]:
    """The link worker teams that take a practice's patients; where none names it, every team that takes anybody."""
    wanted = select(LinkTeam).join(Organization, LinkTeam.organization_id == Organization.id)
    wanted = wanted.where(LinkTeam.is_active).options(joinedload(LinkTeam.organization))
    every = db.session.scalars(wanted.order_by(Organization.name, LinkTeam.organization_id)).all()
    return [team for team in every if str(practice_id) in team.practices] or every


def nation_of(team: LinkTeam) -> Nation:
    """The nation whose bank holidays a team keeps, by the councils that it serves; England where none is named."""
    letters = [area[0] for area in team.areas if area[:1] in NATIONS and area[1:].isdigit()]
    return cast("Nation", NATIONS[letters[0]] if letters else ENGLAND)


def calls_by(team: LinkTeam, sent_on: date) -> date:
    """When the team has called by, as it has promised, in working days."""
    return working_days.later(sent_on, team.calls_within_days, nation_of(team))


def handed_over(viewer: Viewer, *, is_open: bool, page: int = 1) -> Page:
    """What the viewer's practices handed over, newest first; what waits for them before all else."""
    wanted = _theirs(viewer).where(_is_going_on() if is_open else ~_is_going_on())
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(page, 1), pages)
    needs_them = Introduction.state.in_([State.INFO_REQUESTED.value, *(state.value for state in ACTED_ON)])
    rows = wanted.options(
        joinedload(Introduction.person), joinedload(Introduction.organization), joinedload(Introduction.referral)
    )
    rows = rows.order_by(needs_them.desc(), Introduction.created_at.desc(), Introduction.id)
    return Page(db.session.scalars(rows.offset((page - 1) * A_PAGE).limit(A_PAGE)).all(), page, pages, total)


def count_of(viewer: Viewer, *, is_open: bool) -> int:
    """How many there are of one kind."""
    wanted = _theirs(viewer).where(_is_going_on() if is_open else ~_is_going_on())
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def open_twin(
    practice_id: UUID, *, nhs_number: str | None, match: str | None, form_key: str | None
) -> Introduction | None:
    """A handover of the same person by the same practice that has not ended, but for the one that this form made. None: no such.

    It looks at nothing but what the practice itself has handed over.
    """
    same: list[ColumnElement[bool]] = []
    if nhs_number:
        same.append(Person.nhs_number_key.in_(number_keys(nhs_number)))
    if match:
        same.append(Person.match_key.in_(match_keys(match)))
    if not same:
        return None
    wanted = (
        select(Introduction)
        .join(Referral, Introduction.referral_id == Referral.id)
        .join(Person, Introduction.person_id == Person.id)
        .where(
            Referral.organization_id == practice_id,
            Introduction.kind == "link-work",
            Introduction.state.in_([state.value for state in OPEN]),
            Referral.form_key.is_distinct_from(form_key),
            or_(*same),
        )
    )
    return db.session.scalar(wanted.order_by(Introduction.created_at.desc(), Introduction.id).limit(1))


def count_asked(viewer: Viewer) -> int:
    """How many questions of teams wait for an answer of the viewer's practices."""
    wanted = _theirs(viewer).where(Introduction.state == State.INFO_REQUESTED.value)
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def handover_for(viewer: Viewer, reference: str) -> Introduction:
    """One handover of the viewer's practices, by its own reference or by its referral's, whose newest it is. Raises NotFound."""
    known = read_reference(reference)
    of_referral = exists().where(Referral.id == Introduction.referral_id, Referral.reference == known)
    wanted = _theirs(viewer).where((Introduction.reference == known) | of_referral)
    newest = wanted.order_by(Introduction.created_at.desc(), Introduction.id).limit(1)
    found = db.session.scalar(newest) if known else None
    if found is None:
        raise NotFound(_("There is no such handover here. Check the reference."))
    return found


def open_handover(viewer: Viewer, reference: str, *, what: str) -> Introduction:
    """The same, leaving an entry that it was opened. Must come before the request changes anything. Raises NotFound."""
    note_reading(viewer, handover_for(viewer, reference), what=what)
    return handover_for(viewer, reference)


def open_report(viewer: Viewer, reference: str, *, what: str) -> Introduction:
    """One that has ended in a way that the practice is told of. Raises NotFound."""
    if State(handover_for(viewer, reference).state) not in TOLD_AT:
        raise NotFound(_("This has not ended yet, so there is no report."))
    return open_handover(viewer, reference, what=what)


def hears_outcome(introduction: Introduction) -> bool:
    """Whether the person agrees today that the practice hears how it ended."""
    practice_id = introduction.referral.organization_id
    if practice_id is None:
        return False
    return consents.covers(consents.active(introduction.person_id, practice_id), {"outcomes"})


def onward(introduction: Introduction) -> Sequence[Introduction]:
    """What the team has asked of groups for this person since it was handed over, oldest first. Drafts are nobody's."""
    if introduction.sent_at is None:
        return []
    wanted = (
        select(Introduction)
        .join(Referral, Introduction.referral_id == Referral.id)
        .where(
            Introduction.person_id == introduction.person_id,
            Introduction.kind == "service",
            Introduction.sent_at >= introduction.sent_at,
            Referral.organization_id == introduction.organization_id,
            Introduction.state != State.ENTERED_IN_ERROR.value,
        )
        .options(joinedload(Introduction.service), joinedload(Introduction.organization))
        .order_by(Introduction.sent_at, Introduction.id)
    )
    return db.session.scalars(wanted).all()


def _theirs(viewer: Viewer) -> Select[Introduction]:
    asked = exists().where(Referral.id == Introduction.referral_id, _is_of(Referral.organization_id, viewer))
    return select(Introduction).where(Introduction.kind == "link-work", Introduction.state.not_in(HIDDEN), asked)


def _is_going_on() -> ColumnElement[bool]:
    """Open, or ended in a way that the practice has not seen to."""
    is_open = Introduction.state.in_([state.value for state in OPEN])
    waits = Introduction.state.in_([state.value for state in ACTED_ON]) & Introduction.is_acted_on.is_(False)
    return is_open | waits


def _is_of(column: QueryableAttribute[Any], viewer: Viewer) -> ColumnElement[bool]:
    return is_among(column, viewer.organisations_with(Permission.HAND_OVER))
