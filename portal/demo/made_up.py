"""Made-up services in any number, spread over the postcodes of Great Britain: for trying the portal at its full size.

The words of each come from the demo's own sentences, so that common words are common and rare ones rare. Number 17 is the
same service on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from random import Random
from typing import Any
from uuid import UUID

from portal.demo import content, says
from portal.demo.content import Seed
from portal.demo.rows import Rows, demo_id
from portal.directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    Language,
    Location,
    Phone,
    Service,
    ServiceAtLocation,
    Session,
)
from portal.geography import current
from portal.geography.atlas import Spot
from portal.geography.postcodes import Postcode
from portal.organisations.models import Organization

POST_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EH EN EX FK FY G GL GU HA "
    "HD HG HP HR HU HX IG IP IV KA KT KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG "
    "RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WD WF WN WR WS WV YO"
)
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
FACTS = ("step_free", "accessible_toilet", "hearing_loop", "quiet_space", "parking", "near_bus")
TONGUES = ("pl", "ur", "pa", "bn", "gu", "so", "ar", "ro", "cy", "pt", "bsl")
ENDINGS = ("Trust", "Society", "Friends", "Project", "Community", "Association", "Circle", "Neighbours")
STARTS = ("Alder", "Bridge", "Copper", "Dove", "Elm", "Fern", "Green", "Harbour", "Ivy", "Kestrel", "Linden", "Maple")
ENDS = ("field", "gate", "brook", "stone", "well", "side", "wood", "bank", "croft", "mead", "lea", "hurst")


def put_down(rows: Rows, count: int, known: set[UUID], terms: dict[str, UUID], today: date) -> list[UUID]:
    """Put down so many services that are not known yet, lowest numbers first. Gives their ids."""
    made: list[UUID] = []
    sentences = _sentences()
    number = 0
    while len(made) < count:
        if demo_id(Service.__tablename__, "made up", number) not in known:
            made.append(_MadeUp(number, rows, terms, today, sentences).put())
        number += 1
    return made


@cache
def _post_areas() -> tuple[str, ...]:
    return tuple(POST_AREAS.split())


@cache
def _patterns() -> tuple[Seed, ...]:
    """What a made-up service may be like: groups that meet in a hall that all may know."""
    return tuple(
        seed for seed in content.seeds() if seed.group in content.GROUPS and seed.at in content.halls() and not seed.how
    )


def _sentences() -> dict[str, list[str]]:
    """What is said of each need, sentence by sentence."""
    found: dict[str, list[str]] = {}
    for seed in _patterns():
        plain = seed.text.replace("{place}", "this town").replace("{hall}", "the hall").replace("{by}", "our group")
        for need in seed.needs:
            found.setdefault(need, []).extend(sentence for sentence in _split(plain) if len(sentence) > 20)
    return found


def _split(text: str) -> Iterator[str]:
    for sentence in text.replace("? ", "?. ").split(". "):
        yield sentence.rstrip(".")


@dataclass
class _MadeUp:
    """One made-up service."""

    number: int
    rows: Rows
    terms: dict[str, UUID]
    today: date
    sentences: dict[str, list[str]]

    @cached_property
    def chance(self) -> Random:
        """Its own row of draws."""
        return Random(f"made up/{self.number}")

    def put(self) -> UUID:
        """Put it down with all that belongs to it."""
        chance = self.chance
        postcode, spot = self._somewhere()
        seed = chance.choice(_patterns())
        place = current.atlas().authorities[spot.authority].name or "Somewhere"
        house = chance.choice(STARTS) + chance.choice(ENDS)
        service = self._service(seed, house, place)
        location = self._location(service, house, place, postcode, spot)
        at = self.rows.add(
            ServiceAtLocation, service, service_id=service, location_id=location, delivery_modes=["in_person"]
        )
        self._session(at)
        self._said_of_it(seed, service)
        return service

    def _somewhere(self) -> tuple[Postcode, Spot]:
        """A real postcode, by guessing until one is."""
        chance, atlas = self.chance, current.atlas()
        while True:
            outward = f"{chance.choice(_post_areas())}{min(chance.randint(1, 28), chance.randint(1, 28))}"
            unit = chance.choice(UNIT_LETTERS) + chance.choice(UNIT_LETTERS)
            postcode = Postcode(outward, str(chance.randint(0, 9)), unit)
            spot = atlas.spot(postcode)
            if spot is not None:
                return postcode, spot

    def _service(self, seed: Seed, house: str, place: str) -> UUID:
        chance = self.chance
        by = f"{house} {chance.choice(ENDINGS)}"
        early = datetime.combine(self.today - timedelta(days=chance.randint(60, 900)), time(9), UTC)
        organisation = self.rows.add(
            Organization, "made up", by, place, name=f"{by}, {place}", description=None, email=says.mail_of(by),
            website=None, lang="en", created_at=early, last_modified=early,
        )  # fmt: skip
        told = self.sentences[seed.needs[0]]
        text = chance.sample(told, min(len(told), chance.choice((2, 3, 3, 4, 5))))
        fresh = says.checked(chance.choice(("this_month", "checked", "checked", "stale", "never")), self.today, chance)
        columns: dict[str, Any] = {
            "organization_id": organisation,
            "name": f"{seed.name} {house}"[:250],
            "summary": f"{text[0]}."[:160],
            "description": " ".join(f"{sentence}." for sentence in text),
            "status": "active",
            "joining": list(seed.ways),
            "audiences": list(seed.who),
            "excluded_audiences": [],
            "first_visit": list(seed.door[:2]),
            "how_to_join": seed.join or None,
            "lang": "en",
            "created_at": early,
            "last_modified": says.changed(fresh["assured_date"], self.today, chance),
        }
        space = says.space(seed.ways, self.today, chance)
        return self.rows.add(Service, "made up", self.number, **columns, **fresh, **space)

    def _location(self, service: UUID, house: str, place: str, postcode: Postcode, spot: Spot) -> UUID:
        atlas, chance = current.atlas(), self.chance
        location = self.rows.add(
            Location, service, location_type="physical", name=f"{house} Hall", privacy="public", latitude=spot.lat,
            longitude=spot.lon, authority_code=atlas.authorities[spot.authority].code or None,
            neighbourhood_code=atlas.areas[spot.area].code if spot.area >= 0 else None, place_name=place,
            getting_there=None,
        )  # fmt: skip
        self.rows.add(
            Address, service, location_id=location, address_1=f"{chance.randint(1, 200)} {house} Road", city=place,
            region=None, state_province=None, postal_code=postcode.text, country="GB", address_type="physical",
        )  # fmt: skip
        for fact in FACTS:
            if chance.random() < 0.45:
                self.rows.add(
                    Accessibility, location, fact, location_id=location, fact=fact, answer=chance.random() < 0.8
                )
        return location

    def _session(self, at: UUID) -> None:
        chance = self.chance
        starts = chance.choice((9, 10, 10, 11, 13, 14, 18, 19))
        is_monthly = chance.random() < 0.15
        day = chance.choice(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
        self.rows.add(
            Session, at, service_at_location_id=at, freq="monthly" if is_monthly else "weekly",
            interval=1 if is_monthly else chance.choice((1, 1, 1, 2)),
            byday=f"{chance.randint(1, 4)}{day}" if is_monthly else day,
            dtstart=self.today - timedelta(weeks=chance.randint(1, 100)), valid_to=None, starts_at=time(starts),
            ends_at=time(starts + 2), on_bank_holidays=False, name=None, note=None,
        )  # fmt: skip

    def _said_of_it(self, seed: Seed, service: UUID) -> None:
        chance = self.chance
        for need in seed.needs:
            self.rows.add(
                Attribute, service, need, link_id=service, link_type="service", taxonomy_term_id=self.terms[need]
            )
        kind = chance.choice(("free", "free", "donation", "paid"))
        amount = str(chance.randint(1, 12)) if kind == "paid" else None
        self.rows.add(
            CostOption, service, service_id=service, kind=kind, amount=amount, option=None, amount_description=None
        )
        if chance.random() < 0.2:
            code = chance.choice(TONGUES)
            self.rows.add(Language, service, code, service_id=service, phone_id=None, code=code, note=None)
        contact = self.rows.add(
            Contact, service, service_id=service, name=None, title=None, hours=says.hours_of(chance)
        )
        number = says.NUMBERS["surrey"].format(chance.randrange(1000))
        self.rows.add(Phone, contact, contact_id=contact, number=number, description=None)
