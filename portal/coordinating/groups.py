"""The groups of a patch: organisations with a listing in its neighbourhoods, how fresh each listing is, and who is new.

A listing that aged out of public results is here still: a coordinator is who brings it back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import Membership
from portal.assurance.contacts import EDITORS
from portal.assurance.queries import is_live
from portal.coordinating.areas import Patch, owners_of
from portal.core import clock
from portal.core.extensions import db
from portal.directory import freshness
from portal.directory.models import Attribute, Service, Taxonomy, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS
from portal.directory.queries import codes_of_listings
from portal.organisations.models import Organization

STALE = timedelta(days=90)
NEW = timedelta(days=90)


@dataclass(frozen=True)
class Held:
    """One live listing. `places`: ids of the neighbourhoods of the patch that it is in; `assured`: when it was last checked."""

    id: UUID
    name: str
    organization_id: UUID
    group: str
    assured: date | None
    listed_on: date
    places: frozenset[UUID]

    @property
    def is_stale(self) -> bool:
        """Whether nobody has checked it for 90 days, or ever."""
        return self.assured is None or self.assured < clock.today() - STALE

    @property
    def days(self) -> int | None:
        """How many days ago it was checked; None for never."""
        return (clock.today() - self.assured).days if self.assured else None

    @property
    def is_out(self) -> bool:
        """Whether it is out of public results, as its last check is too old."""
        return self.assured is not None and self.assured < freshness.oldest_shown()


@dataclass(frozen=True)
class Group:
    """One organisation with its listings of a patch. `joined_on`: when its first editor came; None where it has none."""

    id: UUID
    name: str
    listings: tuple[Held, ...]
    joined_on: date | None = None

    @property
    def places(self) -> frozenset[UUID]:
        """Ids of the neighbourhoods that it is in."""
        return frozenset().union(*(one.places for one in self.listings))

    @property
    def stale(self) -> int:
        """How many of its listings nobody has checked for 90 days."""
        return sum(one.is_stale for one in self.listings)

    @property
    def listed_on(self) -> date:
        """When its first listing came."""
        return min(one.listed_on for one in self.listings)

    @property
    def new_since(self) -> date | None:
        """The day since which it is new: when it joined, or was first listed, in the last 90 days. None where it is not."""
        limit = clock.today() - NEW
        days = [day for day in (self.joined_on, self.listed_on) if day is not None and day >= limit]
        return max(days) if days else None

    @property
    def has_joined_lately(self) -> bool:
        """Whether it is new because it joined; else because it was first listed."""
        return self.joined_on is not None and self.joined_on == self.new_since


def groups_of(patch: Patch) -> list[Group]:
    """The groups of a patch, by name. Three statements."""
    held = listings_of(patch)
    by_group: dict[UUID, list[Held]] = defaultdict(list)
    for one in held:
        by_group[one.organization_id].append(one)
    joined = _joined(by_group)
    found = [
        Group(group_id, listings[0].group, tuple(listings), joined.get(group_id))
        for group_id, listings in by_group.items()
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def listings_of(patch: Patch) -> list[Held]:
    """Live listings with a place in the neighbourhoods that may be known, or that serve one of them; by name. Two statements."""
    owners = owners_of(patch)
    if not owners:
        return []
    codes = codes_of_listings(is_live(), sorted(owners)).subquery()
    wanted = (
        select(
            Service.id,
            Service.name,
            Service.organization_id,
            Organization.name.label("group"),
            Service.assured_date,
            Service.created_at,
            codes.c.code,
        )
        .join(codes, codes.c.service_id == Service.id)
        .join(Organization, Organization.id == Service.organization_id)
        .order_by(Service.name, Service.id)
    )
    rows = db.session.execute(wanted).all()
    places: dict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        places[row.id] |= owners.get(row.code, set())
    once = {row.id: row for row in rows}
    return [
        Held(row.id, row.name, row.organization_id, row.group, row.assured_date, clock.local(row.created_at).date(),
             frozenset(places[row.id]))
        for row in once.values()
    ]  # fmt: skip


def stale_of(groups: Iterable[Group]) -> list[Held]:
    """Listings that nobody has checked for 90 days, worst first: never checked, then longest ago."""
    stale = [one for group in groups for one in group.listings if one.is_stale]
    return sorted(stale, key=lambda one: (one.assured or date.min, one.name.casefold(), one.id))


def new_of(groups: Iterable[Group]) -> list[Group]:
    """Groups that joined or were first listed in the last 90 days, newest first."""
    found = [one for one in groups if one.new_since is not None]
    return sorted(found, key=lambda one: (one.new_since or date.min, one.name), reverse=True)


def needs_of(service_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """What listings help with, by their ids. One statement."""
    wanted = (
        select(Attribute.link_id, TaxonomyTerm.term)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.uri == NEEDS, Attribute.link_type == "service", Attribute.link_id.in_(service_ids))
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for service_id, need in db.session.execute(wanted):
        if need is not None:
            found[service_id].add(need)
    return {service_id: frozenset(needs) for service_id, needs in found.items()}


def _joined(organisations: Collection[UUID]) -> dict[UUID, date]:
    first = func.min(Membership.created_at)
    wanted = select(Membership.organization_id, first).where(
        Membership.organization_id.in_(organisations), Membership.role.in_(EDITORS)
    )
    rows = db.session.execute(wanted.group_by(Membership.organization_id))
    return {one: clock.local(at).date() for one, at in rows if one is not None}
