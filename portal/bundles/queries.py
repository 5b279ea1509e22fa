"""Questions about pages for a situation in life. What a curator may not look after is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, lazyload

from portal.accounts.models import Membership, User
from portal.accounts.roles import roles_with
from portal.bundles.models import Bundle, BundleSection, BundleVersion
from portal.bundles.words import REVIEW_AHEAD_DAYS
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.geography.holding import areas_within, councils_of, may_in
from portal.geography.models import NeighbourhoodSet
from portal.geography.queries import sets_shown
from portal.geography.shown import shown_areas

MOST_VERSIONS = 100


@dataclass(frozen=True)
class Area:
    """An area with its published pages, by title."""

    slug: str
    name: str
    bundles: tuple[Bundle, ...]


def published() -> list[Area]:
    """Every published page of the areas that this instance shows, by area: two statements."""
    areas = {one.slug: one.area for one in sets_shown(shown_areas())}
    wanted = select(Bundle).where(Bundle.state == "published", Bundle.area.in_(areas)).order_by(Bundle.title, Bundle.id)
    found = db.session.scalars(wanted.options(lazyload(Bundle.sections))).all()
    told = [Area(slug, name, tuple(one for one in found if one.area == slug)) for slug, name in areas.items()]
    return [area for area in told if area.bundles]


def published_bundle(slug: str) -> Bundle:
    """A published page of an area that is shown. Raises NotFound."""
    found = db.session.scalar(select(Bundle).where(Bundle.slug == slug, Bundle.state == "published"))
    if found is None or found.area not in {one.slug for one in sets_shown(shown_areas())}:
        raise NotFound(_("There is no such page. It may have been taken off the site."))
    return found


def areas_of(viewer: Viewer) -> list[NeighbourhoodSet]:
    """The areas whose pages the viewer may look after: sets by their slug, or that lie whole in a council of theirs."""
    held = viewer.areas_with(Permission.BUNDLES_CURATE)
    own = areas_within(held)
    return [one for one in sets_shown(shown_areas()) if own is None or one.slug in own]


def curated(viewer: Viewer) -> Sequence[Bundle]:
    """The pages that the viewer looks after: those to review soonest first."""
    wanted = select(Bundle).where(_is_theirs(viewer)).order_by(Bundle.review_by, Bundle.title, Bundle.id)
    return db.session.scalars(wanted.options(joinedload(Bundle.owner))).all()


def bundle_for(viewer: Viewer, bundle_id: UUID) -> Bundle:
    """One page that the viewer looks after. Raises NotFound for every other."""
    found = db.session.scalar(select(Bundle).where(Bundle.id == bundle_id, _is_theirs(viewer)))
    if found is None:
        raise NotFound(_("There is no such page here."))
    return found


def section_for(viewer: Viewer, bundle_id: UUID, section_id: UUID) -> BundleSection:
    """One section of a page that the viewer looks after. Raises NotFound."""
    found = next((one for one in bundle_for(viewer, bundle_id).sections if one.id == section_id), None)
    if found is None:
        raise NotFound(_("There is no such section. It may have been taken out."))
    return found


def versions_of(bundle: Bundle) -> Sequence[BundleVersion]:
    """What was done to a page, newest first."""
    wanted = (
        select(BundleVersion).where(BundleVersion.bundle_id == bundle.id).options(joinedload(BundleVersion.changed_by))
    )
    return db.session.scalars(wanted.order_by(BundleVersion.number.desc()).limit(MOST_VERSIONS)).all()


def version_of(bundle: Bundle, number: int) -> BundleVersion:
    """One version of a page. Raises NotFound."""
    wanted = select(BundleVersion).where(BundleVersion.bundle_id == bundle.id, BundleVersion.number == number)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def curators_of(area: str) -> list[User]:
    """Who may look after the pages of an area, longest there first."""
    holds = User.memberships.any(
        Membership.role.in_(roles_with(Permission.BUNDLES_CURATE))
        & Membership.ended_at.is_(None)
        & or_(Membership.area.is_(None), Membership.area.in_({area, *councils_of(area)}))
    )
    wanted = select(User).where(holds, User.deactivated_at.is_(None)).order_by(User.created_at, User.id)
    return [one for one in db.session.scalars(wanted) if may_in(one, Permission.BUNDLES_CURATE, area)]


def published_ids() -> Sequence[UUID]:
    """Ids of all published pages."""
    return db.session.scalars(select(Bundle.id).where(Bundle.state == "published").order_by(Bundle.id)).all()


def is_slug_free(slug: str) -> bool:
    """Whether no page has this address."""
    return db.session.scalar(select(Bundle.id).where(Bundle.slug == slug)) is None


def is_due(bundle: Bundle, today: date | None = None) -> bool:
    """Whether a page is to be reviewed within a month."""
    return bundle.review_by <= (today or clock.today()) + timedelta(days=REVIEW_AHEAD_DAYS)


def _is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    return is_among(Bundle.area, [one.slug for one in areas_of(viewer)])
