"""The same offer compared across neighbourhoods: how many live listings each has, by need or by words. No people, so exact.

It is of today, not of a quarter: nothing is hidden in it, so nothing can be told by its changing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.core.wording import comma_list
from portal.directory.models import Attribute, Location, Service, ServiceAtLocation, Taxonomy, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS as URI
from portal.directory.needs import NEEDS, Need
from portal.directory.reading import is_published
from portal.directory.understanding import understand
from portal.geography.models import NeighbourhoodSet
from portal.geography.queries import codes_by_neighbourhood
from portal.insight.figures import areas_of
from portal.search.words import cut, fold, stops, term

LONGEST = 120
"""Letters of the words that are looked for."""
MOST_WORDS = 8
MOST_NAMED = 12
"""Neighbourhoods that a line names; above this their number says enough."""
MOST_NEEDS = 3


@dataclass(frozen=True)
class Offer:
    """One offer: how many listings there are of it in each neighbourhood, in the order of the area's names.

    `need`: the id of the need that it is; empty for words.
    """

    label: str
    counts: tuple[int, ...]
    missing: tuple[str, ...]
    total: int
    need: str = ""

    @property
    def said(self) -> str:
        """In how many neighbourhoods there is none, in words."""
        if not self.missing:
            return _("in every neighbourhood")
        return ngettext("none in %(num)s neighbourhood", "none in %(num)s neighbourhoods", len(self.missing))

    @property
    def named(self) -> str:
        """Those that have none, by name; empty where they are too many, or all."""
        return ", ".join(self.missing) if len(self.missing) <= MOST_NAMED and self.total else ""


@dataclass(frozen=True)
class LookedFor:
    """What was asked for in words. `offer`: listings that say all of the words, and those under `needs`, which the words name.

    `saying`: how many say the words. `near`: needs that the words may mean, where nothing was found.
    """

    offer: Offer
    saying: int
    needs: tuple[Need, ...]
    near: tuple[Need, ...]

    @property
    def under(self) -> str:
        """The needs whose listings count here, in words."""
        return comma_list([str(one.label) for one in self.needs])


@dataclass(frozen=True)
class Offers:
    """The page of one area. `looked_for`: none where nothing was asked for in words."""

    area: str
    name: str
    places: tuple[str, ...]
    lines: tuple[Offer, ...]
    looked_for: LookedFor | None
    words: str


def areas_offered(viewer: Viewer) -> list[tuple[str, str]]:
    """The areas that somebody may compare: slugs and names, by name."""
    held = areas_of(viewer)
    wanted = select(NeighbourhoodSet.slug, NeighbourhoodSet.name).order_by(NeighbourhoodSet.name, NeighbourhoodSet.slug)
    if held is not None:
        wanted = wanted.where(NeighbourhoodSet.slug.in_(held))
    return [(slug, name) for slug, name in db.session.execute(wanted)]


def offers(viewer: Viewer, area: str, words: str = "") -> Offers | None:
    """All needs, those that are missing most first, and what was asked for in words. None: no area of the viewer's."""
    if area not in dict(areas_offered(viewer)):
        return None
    shown = db.session.scalars(select(NeighbourhoodSet).where(NeighbourhoodSet.slug == area)).one()
    codes = codes_by_neighbourhood(one.id for one in shown.neighbourhoods)
    names = {one.id: one.name for one in shown.neighbourhoods}
    held = _places_of_services(codes)
    by_need = {need: served for need, served in _by_need(held)}
    lines = [_offer(str(need.label), served, held, names, need.id) for need, served in by_need.items()]
    lines.sort(key=lambda one: (-len(one.missing), one.label))
    words = " ".join(words.split())[:LONGEST]
    return Offers(
        area, shown.name, tuple(names.values()), tuple(lines),
        looked_for=_looked_for(words, by_need, held, names) if _terms(words) else None,
        words=words,
    )  # fmt: skip


def _places_of_services(codes: Mapping[UUID, frozenset[str]]) -> Mapping[UUID, frozenset[UUID]]:
    """Public listings with the neighbourhoods in which they have a place that may be known."""
    owners: dict[str, set[UUID]] = defaultdict(set)
    for neighbourhood_id, parts in codes.items():
        for code in parts:
            owners[code].add(neighbourhood_id)
    at = Location
    wanted = (
        select(ServiceAtLocation.service_id, at.neighbourhood_code, at.authority_code)
        .join(at, at.id == ServiceAtLocation.location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(is_published(), at.privacy != "hidden", at.location_type == "physical")
        .where(at.neighbourhood_code.in_(list(owners)) | at.authority_code.in_(list(owners)))
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for service_id, neighbourhood, council in db.session.execute(wanted):
        found[service_id] |= owners.get(neighbourhood or "", set()) | owners.get(council or "", set())
    return {one: frozenset(places) for one, places in found.items()}


def _looked_for(
    words: str,
    by_need: Mapping[Need, Collection[UUID]],
    held: Mapping[UUID, frozenset[UUID]],
    names: Mapping[UUID, str],
) -> LookedFor:
    """Listings that say the words, and those under the needs that the words name: one offer has many names."""
    meant = understand(words, current_locale().code)
    needs = tuple(NEEDS[one] for one in meant.needs if one in meant.sure and one in NEEDS)[:MOST_NEEDS]
    saying = set(_saying(words, held))
    served = saying.union(*(by_need[need] for need in needs))
    near = (
        ()
        if served
        else tuple(NEEDS[one] for one in meant.needs if one in NEEDS and NEEDS[one] not in needs)[:MOST_NEEDS]
    )
    return LookedFor(_offer(words, served, held, names), len(saying), needs, near)


def _by_need(held: Collection[UUID]) -> Sequence[tuple[Need, Collection[UUID]]]:
    wanted = (
        select(TaxonomyTerm.term, Attribute.link_id)
        .join(TaxonomyTerm)
        .join(Taxonomy)
        .where(Attribute.link_type == "service", Taxonomy.uri == URI)
    )
    found: dict[str, set[UUID]] = defaultdict(set)
    for need, service_id in db.session.execute(wanted):
        if need and service_id in held:
            found[need].add(service_id)
    return [(need, found.get(need.id, set())) for need in NEEDS.values()]


def _saying(words: str, held: Collection[UUID]) -> Collection[UUID]:
    """Of these listings: those whose name, summary or description say all of the words, whatever their endings."""
    said = func.lower(
        Service.name + " " + func.coalesce(Service.summary, "") + " " + func.coalesce(Service.description, "")
    )
    wanted = select(Service.id).where(is_published())
    for one in _terms(words):
        wanted = wanted.where(said.contains(one, autoescape=True))
    return {service_id for service_id in db.session.scalars(wanted) if service_id in held}


def _terms(words: str) -> list[str]:
    """Stems of the words that mean something."""
    found = [word for word in cut(fold(words)) if word not in stops("en")]
    return [term(word, "en").partition(":")[2] for word in found][:MOST_WORDS]


def _offer(
    label: str,
    served: Collection[UUID],
    held: Mapping[UUID, frozenset[UUID]],
    names: Mapping[UUID, str],
    need: str = "",
) -> Offer:
    counted = dict.fromkeys(names, 0)
    for service_id in served:
        for place in held[service_id]:
            counted[place] += 1
    missing = tuple(names[place] for place, count in counted.items() if not count)
    return Offer(label, tuple(counted.values()), missing, len(served), need)
