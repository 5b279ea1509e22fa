"""A judged listing as a page shows it: the card of the search, the verdict, and the sentences of the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from uuid import UUID

from portal.core import wording
from portal.core.i18n import gettext as _
from portal.directory.cards import Card, card_of, slug_of
from portal.directory.found import Paging
from portal.geography.places import Place
from portal.matching.matching import Matches
from portal.matching.verdicts import Judged, Verdict

PAGE_SIZE = 10
KINDS = {Verdict.FITS: "space", Verdict.ASK: "wait", Verdict.MISFIT: "full"}
"""The look of the tag of each verdict. Its words say it too."""


@dataclass(frozen=True)
class Shown:
    """One result. `kind` is the look of its tag."""

    card: Card
    kind: str
    heading: str
    asks: Sequence[str]
    fits: Sequence[str]


@dataclass(frozen=True)
class Misfit:
    """One that does not fit, on one line: it is still led to."""

    id: UUID
    slug: str
    name: str
    organisation: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class Results:
    """A page of results, and all that does not fit."""

    matches: Matches
    shown: Sequence[Shown]
    misfits: Sequence[Misfit]
    paging: Paging


def results_of(matches: Matches, *, place: Place | None, page: int, saved: frozenset[UUID] | None = None) -> Results:
    """One page of them. A page after the last is the last. Only what is shown is put on cards.

    `saved`: what the viewer keeps on a list; None where nothing can be kept from here.
    """
    total = len(matches.suiting)
    pages = max(ceil(total / PAGE_SIZE), 1)
    at = min(page, pages)
    first = (at - 1) * PAGE_SIZE
    here = matches.suiting[first : first + PAGE_SIZE]
    return Results(
        matches=matches,
        shown=[_shown(one, matches, place, saved) for one in here],
        misfits=[_misfit(one) for one in matches.misfits],
        paging=Paging(at, pages, first + 1 if total else 0, first + len(here), total),
    )


def heading(one: Judged) -> str:
    """The verdict in words: "May fit: ask about the cost and step-free access"."""
    if one.verdict is Verdict.FITS:
        return _("Fits")
    things = wording.and_list(list(dict.fromkeys(str(rule.about) for rule in one.asks)))
    return _("May fit: ask about %(things)s", things=things)


def _shown(one: Judged, matches: Matches, place: Place | None, saved: frozenset[UUID] | None) -> Shown:
    listing = one.look.listing
    card = card_of(listing, place=place, hit=matches.hits[listing.id], saved=saved or frozenset())
    card = replace(card, can_save=card.can_save and saved is not None)
    return Shown(card, KINDS[one.verdict], heading(one), one.sentences(Verdict.ASK), one.sentences(Verdict.FITS))


def _misfit(one: Judged) -> Misfit:
    service = one.look.listing.service
    reasons = one.sentences(Verdict.MISFIT)
    return Misfit(service.id, slug_of(service.name), service.name, one.look.listing.organisation, reasons)
