"""Questions about the referrals that a group was sent. Each takes who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import func, select
from sqlalchemy.orm import load_only, selectinload

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.organisations.models import Organization
from portal.people.models import Consent
from portal.referrals import queries as referrals
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.showing import ToldToGroup, told_to_group
from portal.referrals.states import ENDS, SAID_YES, TO_ANSWER, State
from portal.referrals.waiting import place_of

MINE = frozenset({State.SENT, State.IN_REVIEW})
"""What the group has to answer; where it asked a question, it waits itself."""
IN_LIST = frozenset({"initials", "needs"})
"""What a row tells of the person."""
PAGE = 200
"""Rows of one page of a view."""
COUNTED = {"send": "sent", "accept": "accepted", "start": "came", "start_booked": "came"}
"""Acts that are counted, and as what. Nobody comes first in two ways."""


@dataclass(frozen=True)
class View:
    """One view of the inbox, at its own address."""

    name: str
    label: LazyString
    states: frozenset[State]
    counted: frozenset[State]
    empty: LazyString


VIEWS = (
    View("to-answer", _l("To answer"), TO_ANSWER, MINE, _l("Nothing to answer.")),
    View(
        "waiting", _l("Waiting list"), frozenset({State.WAITING_LIST}), frozenset({State.WAITING_LIST}),
        _l("Nobody is on your waiting list."),
    ),
    View("going", _l("Going ahead"), SAID_YES, SAID_YES, _l("Nobody is coming yet.")),
    View(
        "ended", _l("Ended"), ENDS - {State.PATIENT_DECLINED, State.ENTERED_IN_ERROR}, frozenset(),
        _l("Nothing has ended yet."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One referral in a list, with what may be seen of the person. `place`: where in the waiting list of its service."""

    introduction: Introduction
    told: ToldToGroup
    place: int = 0


def view_of(name: str | None) -> View:
    """The view with this name; the first for any other."""
    return next((one for one in VIEWS if one.name == name), VIEWS[0])


def organisations_of(viewer: Viewer) -> Sequence[Organization]:
    """The organisations that somebody answers for, by name."""
    ids = viewer.organisations_with(Permission.INTRODUCTION_ANSWER) or frozenset()
    wanted = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name, Organization.id)
    return db.session.scalars(wanted).all()


def organisation_of(several: Sequence[Organization], wanted: str | None) -> Organization:
    """The one that was asked for, else the first. Raises NotFound."""
    found = next((one for one in several if str(one.id) == wanted), None) if wanted else next(iter(several), None)
    if found is None:
        raise NotFound(_("There is no such organisation, or you do not answer its referrals."))
    return found


def counts_of(viewer: Viewer, organization_id: UUID) -> dict[str, int]:
    """How many stand in each view, by its name. One statement."""
    wanted = select(Introduction.state, func.count()).where(
        Introduction.organization_id == organization_id,
        Introduction.kind == "service",
        referrals.is_received_by(viewer),
    )
    by_state = {State(state): count for state, count in db.session.execute(wanted.group_by(Introduction.state))}
    return {view.name: sum(by_state.get(state, 0) for state in view.counted) for view in VIEWS if view.counted}


def count_to_answer(viewer: Viewer) -> int:
    """How many wait for an answer of any organisation that somebody answers for. One statement."""
    if not viewer.organisations_with(Permission.INTRODUCTION_ANSWER):
        return 0
    wanted = select(func.count(Introduction.id)).where(
        Introduction.state.in_([state.value for state in MINE]),
        Introduction.kind == "service",
        referrals.is_received_by(viewer),
    )
    return db.session.scalar(wanted) or 0


def counted_since(organization_id: UUID, since: date) -> dict[str, int]:
    """How many people a group was sent, accepted, and saw come: "sent", "accepted", "came". One statement."""
    wanted = (
        select(IntroductionEvent.verb, func.count(func.distinct(IntroductionEvent.introduction_id)))
        .join(Introduction, Introduction.id == IntroductionEvent.introduction_id)
        .where(
            Introduction.organization_id == organization_id,
            Introduction.kind == "service",
            Introduction.state != State.ENTERED_IN_ERROR.value,
            IntroductionEvent.verb.in_(COUNTED),
            IntroductionEvent.at >= datetime.combine(since, time(), tzinfo=clock.LONDON),
        )
        .group_by(IntroductionEvent.verb)
    )
    found = dict.fromkeys(COUNTED.values(), 0)
    for verb, count in db.session.execute(wanted):
        found[COUNTED[verb]] += count
    return found


def rows_of(viewer: Viewer, organization_id: UUID, view: View, page: int = 1) -> tuple[list[Row], bool]:
    """A page of a view, and whether there are more.

    To answer: longest waiting first; waiting list: by service and place; ended: newest first.
    """
    found = referrals.inbox(
        viewer, organization_id, sorted(view.states), limit=PAGE + 1, offset=(page - 1) * PAGE,
        newest_first=view.name == "ended", initials_only=True,
    )  # fmt: skip
    has_more = len(found) > PAGE
    services = [one for one in found[:PAGE] if one.kind == "service"]
    held = _agreements_of(services)
    if view.name == "going":
        _read_visits(services)
    rows = [Row(one, told_to_group(one, is_signed_in=True, only=IN_LIST)) for one in services]
    held.clear()
    is_list, is_whole = view.name == "waiting", page == 1 and not has_more
    return (_in_list(rows, is_whole=is_whole) if is_list else _sorted(rows, view)), has_more


def received(viewer: Viewer, reference: str, *, whole: bool = False) -> Introduction:
    """The introduction with this reference, to a service of a group that the viewer answers for. Raises NotFound.

    `whole`: with all that its page shows.
    """
    found = referrals.received(viewer, reference, whole=whole)
    if found.kind != "service":
        raise NotFound(_("There is no such referral here. Check the reference."))
    return found


def _agreements_of(introductions: Sequence[Introduction]) -> list[Consent]:
    """Read at once and held, so that no row has to ask for its own."""
    ids = {one.consent_id for one in introductions if one.consent_id}
    return list(db.session.scalars(select(Consent).where(Consent.id.in_(ids))))


def _read_visits(introductions: Sequence[Introduction]) -> None:
    """The visits of all of them at once."""
    wanted = select(Introduction).where(Introduction.id.in_([one.id for one in introductions]))
    db.session.scalars(wanted.options(load_only(Introduction.id), selectinload(Introduction.appointments))).all()


def _sorted(rows: list[Row], view: View) -> list[Row]:
    """What is theirs to answer comes before what waits for others."""

    def waits_for_others(row: Row) -> bool:
        return State(row.introduction.state) not in view.counted

    return sorted(rows, key=waits_for_others) if view.counted else rows


def _in_list(rows: list[Row], *, is_whole: bool) -> list[Row]:
    """By service, then by place; places are counted from 1 whatever gaps those who left have made.

    Where a page holds a part of the list alone, each place is asked for.
    """

    def stands(row: Row) -> tuple[str, str, int]:
        one = row.introduction
        return one.to_what, str(one.service_id), one.waiting_place or 0

    found: list[Row] = []
    for row in sorted(rows, key=stands):
        is_same = bool(found) and found[-1].introduction.service_id == row.introduction.service_id
        place = (found[-1].place + 1 if is_same else 1) if is_whole else place_of(row.introduction)
        found.append(Row(row.introduction, row.told, place))
    return found
