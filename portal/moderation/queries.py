"""What waits for a moderator. Every question takes the viewer first; what is not in their areas is not found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts import granting
from portal.accounts.models import Membership, User
from portal.accounts.roles import roles_with
from portal.assurance.models import CheckRound, ListingReport
from portal.changes.actions import is_own
from portal.changes.models import ChangeRequest, Kind
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.looked_after import looked_after, looks_after, looks_after_listing
from portal.directory.models import Service
from portal.groups.claims import is_for_a_lead
from portal.moderation import ages, removed
from portal.moderation.models import Decision, DuplicatePair
from portal.moderation.tabs import TABS
from portal.organisations.models import Organization

A_PAGE = 50
MOST_IN_TURN = 500
"""So many are stepped through with "next"; nobody sees the end of a longer queue in one sitting."""


@dataclass(frozen=True)
class Row:
    """A change that waits. `earlier`: how many changes of its author went live before. `facts`: names, in order of the page."""

    id: UUID
    kind: Kind
    facts: tuple[str, ...]
    listing: str
    organisation: str
    has_author: bool
    is_own: bool
    is_moderators: bool
    earlier: int
    is_live: bool
    risks: tuple[str, ...]
    since: datetime

    @property
    def days(self) -> int:
        """Working days for which it has waited."""
        return ages.working_days_since(self.since)

    @property
    def can_be_ticked(self) -> bool:
        """Whether it may be approved along with others: a change without a risk mark, not the viewer's own."""
        return self.kind == "change" and not self.risks and not self.is_own


@dataclass(frozen=True)
class Author:
    """Who asked: how many changes of theirs are live, and whether they are a moderator."""

    live: int = 0
    is_moderator: bool = False


@dataclass(frozen=True)
class Load:
    """How much waits in each queue, the oldest of all, and when the last thing was decided."""

    counts: Mapping[str, int]
    oldest: datetime | None
    cleared: datetime | None

    @property
    def total(self) -> int:
        """Everything that waits."""
        return sum(self.counts.values())

    @property
    def days(self) -> int:
        """Working days for which the oldest has waited."""
        return ages.working_days_since(self.oldest) if self.oldest else 0


def load(viewer: Viewer) -> Load:
    """How much waits. Six questions."""
    kinds = {
        kind: (count, oldest)
        for kind, count, oldest in db.session.execute(
            select(ChangeRequest.kind, func.count(), func.min(ChangeRequest.submitted_at))
            .where(_is_waiting(), looks_after(viewer, ChangeRequest.organization_id))
            .group_by(ChangeRequest.kind)
        )
    }
    reports, oldest_report = db.session.execute(
        select(func.count(), func.min(ListingReport.created_at)).where(_is_open_report(viewer))
    ).one()
    counts = {name: sum(kinds[kind][0] for kind in tab.kinds if kind in kinds) for name, tab in TABS.items()}
    counts |= {
        "reports": reports,
        "duplicates": _count_pairs(viewer),
        "checks": _count_calls(viewer) + removed.count(viewer),
    }
    moments = [moment for _count, moment in kinds.values() if moment] + ([oldest_report] if oldest_report else [])
    cleared = db.session.scalar(select(func.max(Decision.at)))
    return Load(counts, min(moments, default=None), cleared)


def rows(viewer: Viewer, tab: str, *, page: int = 1) -> list[Row]:
    """The changes of a queue, longest waiting first. Two questions."""
    return _rows(viewer, _in_turn(viewer, tab).limit(A_PAGE).offset((page - 1) * A_PAGE))


def ticked(viewer: Viewer, ids: Iterable[UUID]) -> list[Row]:
    """Rows of these changes, of those that still wait."""
    return _rows(viewer, _in_turn(viewer, "changes").where(ChangeRequest.id.in_(list(ids)[:A_PAGE])))


def turn_of(viewer: Viewer, tab: str) -> Sequence[UUID]:
    """The ids of the changes of a queue, in turn."""
    return db.session.scalars(_in_turn(viewer, tab).with_only_columns(ChangeRequest.id).limit(MOST_IN_TURN)).all()


def change_for(viewer: Viewer, change_id: UUID) -> ChangeRequest:
    """A change that was sent to moderators, or is looked at afterwards. Raises NotFound."""
    found = db.session.scalar(
        select(ChangeRequest)
        .where(
            ChangeRequest.id == change_id,
            ChangeRequest.state != "draft",
            ~is_for_a_lead(),
            looks_after(viewer, ChangeRequest.organization_id),
        )
        .options(selectinload(ChangeRequest.organization), selectinload(ChangeRequest.service))
    )
    if found is None:
        raise NotFound(_("There is no such change."))
    return found


def row_of(viewer: Viewer, change: ChangeRequest) -> Row:
    """The row of one change."""
    authors = _authors({change.by_user_id} if change.by_user_id else set())
    return _row(viewer, change, change.service.name if change.service else None, authors)


def last_decision_of(change_id: UUID) -> Decision | None:
    """What was last decided about a change."""
    return db.session.scalar(
        select(Decision).where(Decision.change_id == change_id).order_by(Decision.at.desc()).limit(1)
    )


def pairs(viewer: Viewer, *, page: int = 1) -> Sequence[DuplicatePair]:
    """Pairs that may be one, likeliest first."""
    return db.session.scalars(
        _open_pairs(viewer)
        .options(
            joinedload(DuplicatePair.one).joinedload(Service.organization),
            joinedload(DuplicatePair.other).joinedload(Service.organization),
        )
        .order_by(DuplicatePair.score.desc(), DuplicatePair.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()


def pair_for(viewer: Viewer, pair_id: UUID) -> DuplicatePair:
    """A pair, decided or not. Raises NotFound."""
    found = db.session.scalar(
        select(DuplicatePair).where(
            DuplicatePair.id == pair_id,
            or_(looks_after_listing(viewer, DuplicatePair.one_id), looks_after_listing(viewer, DuplicatePair.other_id)),
        )
    )
    if found is None:
        raise NotFound(_("There is no such pair."))
    return found


def may_merge(viewer: Viewer, pair: DuplicatePair) -> bool:
    """Whether both listings of a pair are the viewer's to look after: a merge changes both."""
    return len(looked_after(viewer, [pair.one_id, pair.other_id])) == 2


def reports(viewer: Viewer) -> Sequence[tuple[ListingReport, str]]:
    """What visitors said is wrong, with the name of the listing, longest waiting first."""
    found = db.session.execute(
        select(ListingReport, Service.name)
        .join(Service, Service.id == ListingReport.service_id)
        .where(_is_open_report(viewer))
        .order_by(ListingReport.created_at, ListingReport.id)
        .limit(A_PAGE)
    )
    return [(report, name) for report, name in found]


def report_for(viewer: Viewer, report_id: UUID) -> tuple[ListingReport, Service]:
    """One report and its listing. Raises NotFound."""
    found = db.session.execute(
        select(ListingReport, Service)
        .join(Service, Service.id == ListingReport.service_id)
        .where(ListingReport.id == report_id, looks_after_listing(viewer, ListingReport.service_id))
    ).first()
    if found is None:
        raise NotFound(_("There is no such report."))
    return found[0], found[1]


def decided(viewer: Viewer, *, since: datetime, kinds: Iterable[str], limit: int = 100) -> Sequence[Decision]:
    """What was decided since a moment, newest first."""
    return db.session.scalars(
        select(Decision)
        .where(
            Decision.at >= since,
            Decision.kind.in_(list(kinds)),
            or_(Decision.organization_id.is_(None), looks_after(viewer, Decision.organization_id)),
        )
        .options(joinedload(Decision.change), joinedload(Decision.service))
        .order_by(Decision.at.desc(), Decision.id)
        .limit(limit)
    ).all()


def decision_for(viewer: Viewer, decision_id: UUID) -> Decision:
    """One decision. Raises NotFound."""
    found = db.session.scalar(
        select(Decision).where(
            Decision.id == decision_id,
            or_(Decision.organization_id.is_(None), looks_after(viewer, Decision.organization_id)),
        )
    )
    if found is None:
        raise NotFound(_("There is no such decision."))
    return found


def organisations_after(viewer: Viewer, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these organisations that the viewer looks after."""
    wanted = select(Organization.id).where(Organization.id.in_(list(ids)), looks_after(viewer, Organization.id))
    return frozenset(db.session.scalars(wanted))


granting.LOOK_AFTER.append(looks_after)


def _is_waiting() -> ColumnElement[bool]:
    """Of a change: nobody has decided it, or it is live and nobody has looked at it yet."""
    sampled = and_(
        ChangeRequest.state == "live", ChangeRequest.is_sampled.is_(True), ChangeRequest.reviewed_at.is_(None)
    )
    return or_(and_(ChangeRequest.state == "waiting", ~is_for_a_lead()), sampled)


def _in_turn(viewer: Viewer, tab: str) -> Select[ChangeRequest]:
    return (
        select(ChangeRequest)
        .where(
            _is_waiting(),
            ChangeRequest.kind.in_(TABS[tab].kinds),
            looks_after(viewer, ChangeRequest.organization_id),
        )
        .order_by(ChangeRequest.submitted_at, ChangeRequest.id)
    )


def _rows(viewer: Viewer, question: Select[ChangeRequest]) -> list[Row]:
    found = db.session.execute(
        question.add_columns(Service.name)
        .outerjoin(Service, Service.id == ChangeRequest.service_id)
        .options(joinedload(ChangeRequest.organization))
    ).all()
    authors = _authors({one.by_user_id for one, _name in found if one.by_user_id})
    return [_row(viewer, one, name, authors) for one, name in found]


def _authors(users: set[UUID]) -> Mapping[UUID, Author]:
    if not users:
        return {}
    live = (
        select(func.count()).where(ChangeRequest.by_user_id == User.id, ChangeRequest.state == "live").scalar_subquery()
    )
    moderates = exists().where(
        Membership.user_id == User.id,
        Membership.role.in_(roles_with(Permission.MODERATE)),
        Membership.ended_at.is_(None),
    )
    rows = db.session.execute(select(User.id, live, moderates).where(User.id.in_(users)))
    return {user: Author(count, is_moderator) for user, count, is_moderator in rows}


def _row(viewer: Viewer, one: ChangeRequest, name: str | None, authors: Mapping[UUID, Author]) -> Row:
    is_live = one.state == "live"
    author = authors.get(one.by_user_id, Author()) if one.by_user_id else Author()
    return Row(
        id=one.id,
        kind=one.kind,
        facts=tuple(one.facts),
        listing=name or str(one.facts.get("name") or ""),
        organisation=one.organization.name,
        has_author=one.by_user_id is not None,
        is_own=is_own(one, viewer),
        earlier=max(author.live - is_live, 0),
        is_moderators=author.is_moderator,
        is_live=is_live,
        risks=tuple(one.risks),
        since=one.submitted_at or one.created_at,
    )


def _is_open_report(viewer: Viewer) -> ColumnElement[bool]:
    return and_(ListingReport.answered_at.is_(None), looks_after_listing(viewer, ListingReport.service_id))


def _open_pairs(viewer: Viewer) -> Select[DuplicatePair]:
    """Pairs nobody has decided, of listings that are both still there."""
    one, other = aliased(Service), aliased(Service)
    return (
        select(DuplicatePair)
        .join(one, one.id == DuplicatePair.one_id)
        .join(other, other.id == DuplicatePair.other_id)
        .where(
            DuplicatePair.state == "open",
            *(
                is_there
                for side in (one, other)
                for is_there in (side.merged_into_id.is_(None), side.withdrawn_at.is_(None))
            ),
            or_(looks_after_listing(viewer, DuplicatePair.one_id), looks_after_listing(viewer, DuplicatePair.other_id)),
        )
    )


def _count_pairs(viewer: Viewer) -> int:
    return db.session.scalar(select(func.count()).select_from(_open_pairs(viewer).subquery())) or 0


def _count_calls(viewer: Viewer) -> int:
    due = CheckRound.try_on <= clock.today()
    return (
        db.session.scalar(
            select(func.count())
            .select_from(CheckRound)
            .where(
                CheckRound.phone_on.is_not(None),
                CheckRound.closed_on.is_(None),
                due,
                looks_after(viewer, CheckRound.organization_id),
            )
        )
        or 0
    )
