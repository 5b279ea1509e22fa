"""For each line of a bundle the nearest services that fit a person and take referrals, best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from portal.core.i18n import current_locale
from portal.directory.cards import Card, card_of
from portal.directory.space import SINKS, space_of
from portal.geography.places import Place
from portal.matching.matching import Matches, match
from portal.matching.records import ReferralRules, told_by, wanted_for, where
from portal.matching.shown import KINDS, heading
from portal.matching.verdicts import Judged, Verdict
from portal.people.models import Person
from portal.referrals.guards import NO_SPACE
from portal.together.bundles import Bundle, Line

MOST_OFFERED = 4
"""So many are offered for one line: the first, and three to choose from instead."""
FAR = 1_000.0
"""Kilometres: what has no place to go to comes after what has one near."""


@dataclass(frozen=True)
class Offer:
    """One service that may be asked. `kind` is the look of its verdict; `asks` what the listing has not told."""

    card: Card
    kind: str
    heading: str
    asks: Sequence[str]

    @property
    def id(self) -> UUID:
        """The service's id."""
        return self.card.id


@dataclass(frozen=True)
class Proposal:
    """One line with what is offered for it, best first. `first`: what is proposed; none where nothing fits."""

    line: Line
    offers: Sequence[Offer]
    first: UUID | None


def proposals_for(person: Person, bundle: Bundle) -> list[Proposal]:
    """What is proposed for each line. No service is proposed for two lines while there is another."""
    place, taken = where(person), set[UUID]()
    found = []
    for line in bundle.lines:
        offers = offers_for(person, line, place)
        first = next((one.id for one in offers if one.id not in taken), offers[0].id if offers else None)
        if first is not None:
            taken.add(first)
        found.append(Proposal(line, offers, first))
    return found


def offers_for(person: Person, line: Line, place: Place | None, *, but: Iterable[UUID] = ()) -> list[Offer]:
    """The nearest that fit a person and take referrals. `but`: services that were asked and said no."""
    told = told_by(person)
    answers = replace(told, chosen={**told.chosen, "topic": (line.need,)})
    wanted = wanted_for(person, answers, place)
    matches = match(wanted, language=current_locale().code, more=ReferralRules(person))
    known = frozenset(but)
    open_to = [one for one in matches.suiting if one.look.listing.id not in known and _has_space(one)]
    ranked = sorted(open_to, key=lambda one: _rank(one, line))
    return [_offer(one, matches, place) for one in ranked[:MOST_OFFERED]]


def _has_space(one: Judged) -> bool:
    return space_of(one.look.listing.service).state not in NO_SPACE


def _rank(one: Judged, line: Line) -> tuple[int, bool, int, bool, float, str]:
    """What says first that it is just this, then what says it at all, then what fits without a question, then what has space,
    then what is about nothing else ("a lift", and not "a lift to the temple"), then the nearest.
    """
    service, km = one.look.listing.service, one.look.km
    told = (f"{service.name} {service.summary or ''}", service.description or "")
    says = (number for number, text in enumerate(told) if any(word in text.casefold() for word in line.words))
    return (
        next(says, len(told)),
        one.verdict is not Verdict.FITS,
        SINKS[space_of(service).state],
        len(one.look.listing.needs) > 1,
        FAR if km is None else km,
        str(service.id),
    )


def _offer(one: Judged, matches: Matches, place: Place | None) -> Offer:
    listing = one.look.listing
    card = card_of(listing, place=place, hit=matches.hits[listing.id])
    return Offer(card, KINDS[one.verdict], heading(one), one.sentences(Verdict.ASK))
