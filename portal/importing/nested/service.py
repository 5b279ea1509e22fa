"""A service of Open Referral UK 3.0 with all that hangs on it, read into facts. What is ours stands under "hereabouts".

What a portal like this one wrote is taken as it was told; of other documents, only what is certain. Nobody's word that it
was checked is taken: that stays in the original.
"""

import re
from collections import Counter
from typing import Any

from portal.core import clock
from portal.directory.filters import BY_NAME
from portal.importing import certain, contacts, tags
from portal.importing.facts import Facts, Identifier, Organisation, Space
from portal.importing.nested.older import OLDER, as_service
from portal.importing.nested.people import LANGUAGE, contacts_of, languages_of
from portal.importing.nested.places import PlaceReader
from portal.importing.nested.prices import areas_of, costs_of, funding_of
from portal.importing.nested.times import schedules_of
from portal.importing.nested.values import OURS, Node, Unusable, must_be_bounded
from portal.importing.nested.words import terms_of
from portal.importing.parts import CostOption, Place
from portal.importing.rows import Refused

WRAPPER = "hsds"
STATUSES = frozenset({"active", "inactive", "defunct", "temporarily closed"})
SPACES = frozenset({"space", "waiting", "full", "paused"})
WHO = frozenset(BY_NAME["who"].ids)
COMPANY = re.compile(r"[A-Z0-9]{2}\d{6}")
LONGEST_SUMMARY = 160
LONGEST_WAIT = 1_000


def is_nested(document: dict[str, Any]) -> bool:
    """True for a document that holds a whole service, rather than a flat record."""
    return any(isinstance(document.get(key), dict) or set(document) == {key} for key in (WRAPPER, OLDER))


def service_of(document: dict[str, Any]) -> dict[str, Any]:
    """The service in a nested document, under the names of 3.0. Raises Refused where there is none."""
    service = document.get(WRAPPER, document.get(OLDER))
    if not isinstance(service, dict):
        raise Refused("it holds no service")
    return service if WRAPPER in document else as_service(service)


class NestedReader:
    """Reads one service. `notes` gathers what was left out."""

    def __init__(self, service: dict[str, Any]) -> None:
        self.notes: list[str] = []
        self.node = Node(service, self.notes, "service", is_ours=isinstance(service.get(OURS), dict))

    def unmodelled(self) -> Counter[str]:
        """What of it our tables have no place for, once its facts were read: dotted names, each with how often."""
        return self.node.trace.unmodelled(self.node.value)

    def facts(self) -> Facts:
        """The facts. Raises Refused where there is no listing in it."""
        must_be_bounded(self.node.value)
        node, ours = self.node, self.node.ours
        name = node.name()
        if name is None:
            raise Refused("it has no name")
        organisation = self._organisation(name)
        terms, needs, need_links = terms_of(node)
        is_private = tags.is_private(f"{name} {organisation.name}", needs)
        places = PlaceReader(is_private).places(node)
        country = _country_of(places)
        prices, words = costs_of(node, is_abroad=country not in {"GB", None})
        told_fees = node.text("fees") or node.text("fees_description")
        fees = "\n".join(dict.fromkeys([*filter(None, [told_fees]), *words])) or None
        if not prices and fees and not node.is_ours and (price := certain.price_in(fees)):
            prices = (CostOption(*price),)
        how_to_join = ours.text("how_to_join") or node.text("application_process")
        lowest, highest = self._ages()
        known = frozenset({name.casefold(), organisation.name.casefold()})
        return Facts(
            name=name,
            organisation=organisation,
            description=node.text("description"),
            summary=ours.line("summary", LONGEST_SUMMARY),
            lang=_language(ours),
            url=node.web("url"),
            email=node.mail("email"),
            status=self._status(),
            alert=node.text("alert"),
            fees=fees,
            accreditations=node.text("accreditations"),
            minimum_age=lowest,
            maximum_age=highest,
            who_for=ours.text("who_for") or node.text("eligibility_description"),
            audiences=ours.choices("audiences", WHO),
            excluded_audiences=ours.choices("excluded_audiences", WHO),
            anyone_welcome=ours.flag("anyone_welcome"),
            bring_someone=ours.flag("bring_someone"),
            first_visit=ours.texts("first_visit"),
            how_to_join=how_to_join,
            joining=self._joining(how_to_join, tuple(term.name for term in terms)),
            space=self._space(),
            contacts=contacts_of(node, self._owners(), known, country or "GB"),
            languages=languages_of(node),
            cost_options=prices,
            service_areas=areas_of(node),
            funding=funding_of(node),
            places=places,
            opening_text=ours.text("opening_text"),
            schedules=schedules_of(node),
            tags=terms,
            needs=needs,
            need_links=need_links,
        )

    def _owners(self) -> tuple[Node, ...]:
        """Records besides the service that may name contacts of it: its places and their locations."""
        found: list[Node] = []
        for place in self.node.each("service_at_locations", "place"):
            found.append(place)
            if (location := place.one("location")) is not None:
                found.append(location)
        return tuple(found)

    def _status(self) -> str:
        told = self.node.line("status")
        if told is None:
            return "active"
        small = told.lower().replace("_", " ")
        answer = certain.yes_or_no(small)
        if small in STATUSES:
            return small
        if answer is None:
            self.node.note(f'its status is "{told[:40]}", which we do not know; it was taken as active')
        return "inactive" if answer is False else "active"

    def _ages(self) -> certain.Ages:
        try:
            lowest, highest = (self.node.whole(key, 0, certain.OLDEST) for key in ("minimum_age", "maximum_age"))
        except Unusable:
            lowest, highest = 1, 0
        if lowest is not None and highest is not None and lowest > highest:
            self.node.note("its ages are not ages of people, so they were not used")
            return None, None
        return (lowest if self.node.is_ours else lowest or None), highest

    def _joining(self, how_to_join: str | None, words: tuple[str, ...]) -> tuple[str, ...]:
        told = self.node.ours.choices("joining", frozenset(BY_NAME["join"].ids))
        if self.node.is_ours:
            return told
        surely = certain.joining_in(how_to_join) if how_to_join else ()
        return tuple(sorted({*surely, *tags.joining_of(words)}))

    def _space(self) -> Space:
        node = self.node.ours.one("space")
        if node is None:
            return Space()
        try:
            said_at = node.moment("said_at")
            if said_at is not None and said_at > clock.now():
                raise Unusable("it is said to have been told in the future")
            space = Space(
                node.choice("state", SPACES), node.whole("weeks", 0, LONGEST_WAIT), node.day("full_until"), said_at
            )
        except Unusable as problem:
            node.note(f"what it says about space was not used: {problem}")
            return Space()
        return space if space.space_state else Space()

    def _organisation(self, name: str) -> Organisation:
        node = self.node.one("organization", "organisation")
        told = node.name() if node else None
        if node is None or told is None:
            return Organisation(name, is_own=True)
        if any(node.each("phones", "phone")) or any(node.each("contacts", "contact")):
            node.note("the telephone numbers of its organisation may not be the service's, so they were not used")
        identifiers, register = _identifiers(node)
        return Organisation(
            name=told,
            key=node.id(),
            identifiers=identifiers,
            register=register,
            description=node.text("description"),
            email=node.mail("email"),
            website=node.web("website") or node.web("url"),
            logo=node.web("logo"),
            uri=node.web("uri"),
            lang=_language(node.ours),
            parent_key=node.key("parent_organization_id"),
            own_id=node.own_id(),
            own_parent_id=node.own_id("parent_organization_id"),
        )


def _identifiers(node: Node) -> tuple[tuple[Identifier, ...], tuple[tuple[str, str], ...]]:
    """Numbers in registers; and those among them that tell a body apart from all others."""
    found: dict[tuple[str | None, str], Identifier] = {}
    register: list[tuple[str, str]] = []
    for one in node.each("organization_identifiers", "identifier"):
        scheme, number = one.line("identifier_scheme", 60), one.line("identifier", 120)
        kind = one.line("identifier_type", 60) or scheme
        if number is None or kind is None:
            one.note("a number of its organisation has no value or no kind, so it was not used")
            continue
        found.setdefault((scheme, number), Identifier(number, kind, scheme, one.own_id()))
        charity = contacts.charity_number(number) if scheme in {"GB-CHC", "GB-SC", "GB-NIC"} else None
        is_company = scheme == "GB-COH" and COMPANY.fullmatch(number) is not None
        if scheme and (is_company or charity == (scheme, number)):
            register.append((scheme, number))
    return tuple(found.values()), tuple(dict.fromkeys(register))


def _language(ours: Node) -> str:
    told = ours.line("lang")
    if told is None:
        return "en"
    if LANGUAGE.fullmatch(told) and len(told) <= 35:
        return told
    ours.note(f'its "lang" is "{told[:40]}", which is no code of a language')
    return "en"


def _country_of(places: tuple[Place, ...]) -> str | None:
    """The one country that all addresses lie in, if there is one."""
    countries = {address.country for place in places for address in place.location.addresses}
    return countries.pop() if len(countries) == 1 else None
