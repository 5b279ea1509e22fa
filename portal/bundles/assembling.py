"""A page for a situation in life as it is at this moment: each section's search is run as `/services` runs it.

What is pinned stands first as long as that search finds it, then what helps with the section's needs and little else: a food bank
before a benefits desk that also feeds people. What is not found is left out, and its keeper is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_babel import gettext as _

from portal.bundles.models import Bundle, BundlePin, BundleSection
from portal.bundles.words import CARERS
from portal.core.i18n import current_locale
from portal.directory import urgent
from portal.directory.asking import Params, SearchRequest
from portal.directory.cards import Card, card_of
from portal.directory.finding import Hits, every_id, hits_of
from portal.directory.languages import is_right_to_left
from portal.directory.listings import Listing
from portal.directory.queries import known_listings, public_listings
from portal.geography.places import Place
from portal.search.port import Hit

Why = Literal["closed", "not_found"]
LOOKED_AT = 60
"""So many results of a search are looked through for what is pinned before all of them are."""
CARERS_SHOWN = 4


@dataclass(frozen=True)
class Shown:
    """One section, ready to print. Its texts are in `lang`. `more`: the address of the search, which finds `total`."""

    id: UUID | None
    title: str
    text: str
    lang: str
    direction: Literal["ltr", "rtl"]
    cards: tuple[Card, ...]
    pinned: frozenset[UUID]
    total: int
    more: Params
    is_for_carers: bool

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return f"section-{self.id or 'carers'}"


@dataclass(frozen=True)
class Lost:
    """A pinned service that is left out: closed, or not what the section's search finds any more."""

    pin_id: UUID
    service_id: UUID
    name: str
    section: str
    why: Why


@dataclass(frozen=True)
class Page:
    """A whole page. `urgent_kinds`: the danger that its needs call help for."""

    sections: tuple[Shown, ...]
    lost: tuple[Lost, ...]
    place: Place | None
    urgent_kinds: tuple[str, ...]
    listings: tuple[Listing, ...] = ()


@dataclass(frozen=True)
class _Wish:
    """One search of a page: a section, or what stands first for who looks after somebody."""

    section: BundleSection | None
    request: SearchRequest
    most: int
    needs: tuple[str, ...]
    pins: tuple[BundlePin, ...] = ()


def page_of(bundle: Bundle, *, for_carer: bool = False, saved: frozenset[UUID] = frozenset()) -> Page:
    """The page as it is now. `for_carer`: as somebody reads it who looks after a person; support for them comes first."""
    wishes = _wishes(bundle, for_carer=for_carer)
    found = [hits_of(wish.request) or Hits((), 0) for wish in wishes]
    fitting = [_fitting(wish, hits) for wish, hits in zip(wishes, found, strict=True)]
    wanted = [UUID(hit.id) for wish, hits in zip(wishes, found, strict=True) for hit in _first(wish, hits)]
    wanted += [pin.service_id for fit in fitting for pin in fit]
    listings = public_listings(list(dict.fromkeys(wanted)))
    place = next((hits.place for hits in found if hits.place is not None), None)
    shown: list[Shown] = []
    seen: set[UUID] = set()
    for wish, hits, fit in zip(wishes, found, fitting, strict=True):
        one = _shown(bundle, wish, hits, fit, listings, seen, saved, for_carer=for_carer)
        seen |= {card.id for card in one.cards}
        shown.append(one)
    needs = [need for wish in wishes for need in wish.needs]
    told = tuple(listings[one] for one in listings if one in seen)
    return Page(tuple(shown), _lost(wishes, fitting, listings), place, urgent.kinds_of_needs(needs), told)


def lost_pins(bundle: Bundle) -> tuple[Lost, ...]:
    """The pinned services that the page leaves out now."""
    wishes = [wish for wish in _wishes(bundle, for_carer=False) if wish.pins]
    fitting = [_fitting(wish, hits_of(wish.request) or Hits((), 0)) for wish in wishes]
    ids = [pin.service_id for wish in wishes for pin in wish.pins]
    return _lost(wishes, fitting, public_listings(ids))


def request_of(bundle: Bundle, section: BundleSection) -> SearchRequest:
    """The search of a section, as its address on `/services` would ask it."""
    return _request(bundle, section.needs, section.filters, section.within)


def direction_of(lang: str) -> Literal["ltr", "rtl"]:
    """The direction of texts in a language."""
    return "rtl" if is_right_to_left(lang) else "ltr"


def _wishes(bundle: Bundle, *, for_carer: bool) -> list[_Wish]:
    own = [_Wish(one, request_of(bundle, one), one.most, tuple(one.needs), tuple(one.pins)) for one in bundle.sections]
    if not for_carer:
        return own
    first = [wish for wish in own if CARERS in wish.needs]
    rest = [wish for wish in own if CARERS not in wish.needs]
    if not first:
        first = [_Wish(None, _request(bundle, [CARERS], {}, ""), CARERS_SHOWN, (CARERS,))]
    return first + rest


def _request(bundle: Bundle, needs: Iterable[str], filters: dict[str, list[str]], within: str) -> SearchRequest:
    request = SearchRequest(near=bundle.near, within=within, language=current_locale().code, limit=LOOKED_AT)
    for name, values in {"topic": list(needs), **filters}.items():
        request = request.with_filter(name, values)
    return request


def _first(wish: _Wish, hits: Hits) -> tuple[Hit, ...]:
    """More than are shown: some may stand in another section already or have closed since the index was made, and of those
    about as near what is about nothing else goes first.
    """
    return hits.hits[: wish.most * 3]


def _fitting(wish: _Wish, hits: Hits) -> list[BundlePin]:
    """The pins that the section's search finds."""
    ids = {UUID(hit.id) for hit in hits.hits}
    if hits.total > len(hits.hits) and any(pin.service_id not in ids for pin in wish.pins):
        ids = set(every_id(wish.request) or ())
    return [pin for pin in wish.pins if pin.service_id in ids]


def _shown(
    bundle: Bundle,
    wish: _Wish,
    hits: Hits,
    fit: Sequence[BundlePin],
    listings: dict[UUID, Listing],
    seen: set[UUID],
    saved: frozenset[UUID],
    *,
    for_carer: bool,
) -> Shown:
    by_id = {UUID(hit.id): hit for hit in hits.hits}
    pinned = [pin.service_id for pin in fit if pin.service_id in listings]
    near = [UUID(hit.id) for hit in _first(wish, hits)]
    others = [one for one in near if one in listings and one not in pinned and one not in seen]
    others.sort(key=lambda one: _besides(listings[one], wish.needs))
    ids = [*pinned, *others[: max(wish.most - len(pinned), 0)]]
    title, text, lang = _words(bundle, wish.section, for_carer=for_carer)
    return Shown(
        id=wish.section.id if wish.section is not None else None,
        title=title,
        text=text,
        lang=lang,
        direction=direction_of(lang),
        cards=tuple(card_of(listings[one], place=hits.place, hit=by_id.get(one), saved=saved) for one in ids),
        pinned=frozenset(pinned),
        total=hits.total,
        more=wish.request.params(),
        is_for_carers=CARERS in wish.needs,
    )


def _besides(listing: Listing, needs: Sequence[str]) -> int:
    """How many needs a listing helps with besides those of a section; 0 where the section has none."""
    return len(set(listing.needs) - set(needs)) if needs else 0


def _words(bundle: Bundle, section: BundleSection | None, *, for_carer: bool) -> tuple[str, str, str]:
    """Title and text of a section, and the language that they are in."""
    if section is None:
        text = _("Groups, breaks and advice for you. You do not have to live with the person, or do it all day.")
        return _("Support for you, who look after somebody"), text, current_locale().code
    if for_carer:
        return section.carer_title or section.title, section.carer_text or section.text, bundle.lang
    return section.title, section.text, bundle.lang


def _lost(
    wishes: Sequence[_Wish], fitting: Sequence[Sequence[BundlePin]], listings: dict[UUID, Listing]
) -> tuple[Lost, ...]:
    gone = [
        (wish.section, pin)
        for wish, fit in zip(wishes, fitting, strict=True)
        for pin in wish.pins
        if wish.section is not None and (pin not in fit or pin.service_id not in listings)
    ]
    known = known_listings([pin.service_id for _section, pin in gone])
    public = public_listings([pin.service_id for _section, pin in gone])
    return tuple(
        Lost(
            pin.id, pin.service_id, known[pin.service_id].service.name if pin.service_id in known else "",
            section.title, "not_found" if pin.service_id in public else "closed",
        )
        for section, pin in gone
    )  # fmt: skip
