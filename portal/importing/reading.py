"""A record of a source read into facts: what is certain, in our shape; and notes on what was left out and why."""

import re
from collections import Counter
from typing import Any

from portal.importing import certain, contacts, tags
from portal.importing.facts import Facts, Identifier, Organisation, Term
from portal.importing.opening import Opening, Times, read_opening
from portal.importing.parts import Address, Contact, CostOption, Language, Location, Phone, Place, Schedule, Session
from portal.importing.places import Spot, read_place
from portal.importing.rows import Refused
from portal.importing.texts import is_sheet_rubble, one_line, paragraphs, says_nothing

FIELDS = (
    "id", "name", "organisation", "description", "address", "postcode", "lat", "lon", "url", "email", "phone", "tags",
    "opening_text", "opening_hours", "age", "minimum_age", "maximum_age", "gender", "language", "fees", "referral_method",
    "eligibility", "charity_number", "active",
)  # fmt: skip
"""What a record may say. Its other keys are kept in the original document."""

LONGEST_NAME = 250
LONGEST_TEXT = 20_000
MOST_TAGS = 50
LONGEST_ID = 250
NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,20})?")

CHARITY = "charity"
"""The type of a number in a register of charities."""


class Reader:
    """Reads one record. `notes` gathers what was left out."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.notes: list[str] = []

    def unmodelled(self) -> Counter[str]:
        """Names of values that are no facts we know."""
        known = {*FIELDS, "source", "licence", "license"}
        return Counter(
            name for name, value in self.record.items() if name not in known and value not in (None, "", [], {})
        )

    def facts(self) -> Facts:
        """The facts. Raises Refused where there is no listing in it."""
        name = self._name("name")
        if name is None:
            raise Refused("it has no name")
        organisation = self._name("organisation")
        own_tags = self._tags()
        needs = tags.needs_of(own_tags)
        address, postcode = self.line("address"), self.line("postcode")
        place, notes = read_place(
            address, postcode, self._point(), is_private=tags.is_private(f"{name} {organisation or ''}", needs)
        )
        self.notes += notes
        if place is not None and place.is_private:
            self.notes.append("its address may be one to keep private, so only its area is shown")
        ages, who_for, audiences = self._who()
        url, email, phones = self._contacts()
        referral = self.text("referral_method")
        fees = self.text("fees")
        opening = self._opening(place)
        return Facts(
            name=name,
            organisation=self._organisation(organisation or name, is_own=organisation is None),
            description=self.text("description"),
            url=url,
            email=email,
            contacts=(Contact(phones=tuple(map(Phone, phones))),) if phones else (),
            status="inactive" if self._is_ended() else "active",
            fees=fees,
            cost_options=(CostOption(*price),) if fees and (price := certain.price_in(fees)) else (),
            minimum_age=ages[0],
            maximum_age=ages[1],
            who_for=who_for,
            audiences=audiences,
            languages=tuple(map(Language, self._languages())),
            how_to_join=referral,
            joining=tuple(sorted({*(certain.joining_in(referral) if referral else ()), *tags.joining_of(own_tags)})),
            opening_text=opening.text,
            places=(_place(place, opening),) if place else (),
            tags=tuple(Term(tag, tag) for tag in own_tags),
            needs=needs,
        )

    def _organisation(self, name: str, *, is_own: bool) -> Organisation:
        number = self._register()
        if number is None:
            return Organisation(name, is_own)
        return Organisation(name, is_own, None, (Identifier(number[1], CHARITY, number[0]),), (number,))

    def raw(self, key: str) -> str:
        """A value as text; empty where there is none. Raises Refused for a list or an object where a text belongs."""
        value = self.record.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return repr(value)
        raise Refused(f'its "{key}" is {"a list" if isinstance(value, list) else "an object"}, not a text')

    def text(self, key: str) -> str | None:
        """A text in paragraphs, or none. Raises Refused if it is longer than a page."""
        found = paragraphs(self.raw(key))
        if len(found) > LONGEST_TEXT:
            raise Refused(f'its "{key}" is {len(found):,} letters long; {LONGEST_TEXT:,} is the most')
        return self._said(key, found)

    def line(self, key: str) -> str | None:
        """A text on one line, or none."""
        found = one_line(self.raw(key))
        if len(found) > LONGEST_TEXT:
            raise Refused(f'its "{key}" is {len(found):,} letters long; {LONGEST_TEXT:,} is the most')
        return self._said(key, found)

    def _said(self, key: str, found: str) -> str | None:
        if says_nothing(found):
            return None
        if is_sheet_rubble(found):
            self.notes.append(f'its "{key}" is a spreadsheet\'s formula or error, so it was not used')
            return None
        return found

    def _name(self, key: str) -> str | None:
        found = one_line(self.raw(key))
        if is_sheet_rubble(found):
            raise Refused(f"its {key} is a spreadsheet's formula or error")
        if len(found) > LONGEST_NAME:
            raise Refused(f"its {key} is {len(found):,} letters long; {LONGEST_NAME} is the most")
        if found and not any(letter.isalnum() for letter in found):
            raise Refused(f"its {key} has no letter in it")
        return None if says_nothing(found) else found

    def _tags(self) -> tuple[str, ...]:
        value = self.record.get("tags")
        if isinstance(value, list):
            parts = [part for part in value if isinstance(part, str | int | float)]
        else:
            parts = [*re.split(r"[;|,]", self.raw("tags"))]
        tidy = (one_line(str(part))[: tags.LONGEST_TAG].strip() for part in parts[:MOST_TAGS])
        return tuple(dict.fromkeys(tag for tag in tidy if not says_nothing(tag)))

    def _point(self) -> tuple[float, float] | None:
        texts = [one_line(self.raw(key)) for key in ("lat", "lon")]
        if not any(texts) or any(says_nothing(text) for text in texts):
            return None
        if not all(NUMBER.fullmatch(text) for text in texts):
            self.notes.append("its coordinates are not two numbers in degrees, so they were not used")
            return None
        return float(texts[0]), float(texts[1])

    def _who(self) -> tuple[certain.Ages, str | None, tuple[str, ...]]:
        """Ages, words on whom it is for, and audiences."""
        value = self.record.get("eligibility")
        structured = certain.eligibility_in(value)
        if structured is not None:
            return structured[0], None, structured[1]
        gender = self.line("gender")
        audiences = certain.audience_in(gender) if gender else ()
        return self._ages(), self.text("eligibility"), audiences

    def _ages(self) -> certain.Ages:
        text = self.line("age")
        if text:
            if certain.is_sheet_date(text):
                self.notes.append(f'its age "{text}" is a date that a spreadsheet made, so it was not used')
            elif (ages := certain.ages_in(text)) is not None:
                return ages
            else:
                self.notes.append(f'its age "{text[:40]}" is not surely ages, so it was not used')
            return None, None
        bounds = [one_line(self.raw(key)) for key in ("minimum_age", "maximum_age")]
        lowest, highest = (int(bound) if re.fullmatch(r"\d{1,3}", bound) else None for bound in bounds)
        if (lowest or 0) > certain.OLDEST or (highest or 0) > certain.OLDEST:
            self.notes.append("its ages are not ages of people, so they were not used")
            return None, None
        return lowest, highest

    def _languages(self) -> tuple[str, ...]:
        text = self.line("language")
        found = certain.languages_in(text) if text else ()
        if text and not found:
            self.notes.append(f'its language "{text[:40]}" is not surely one, so it was not used')
        return found

    def _contacts(self) -> tuple[str | None, str | None, list[str]]:
        """Web address, e-mail and telephone numbers, wherever the source put them."""
        web, mail, phone = self.line("url"), self.line("email"), self.line("phone")
        if web and web.lower().startswith("mailto:"):
            mail = mail or web[len("mailto:") :]
            web = None
        if web and web.lower().startswith("tel:"):
            phone = phone or web[len("tel:") :]
            web = None
        url = contacts.web_address(web) if web else None
        email = contacts.email_address(mail) if mail else None
        numbers = contacts.telephone_numbers(phone) if phone else []
        for said, used, what in (
            (web, url, "web address"),
            (mail, email, "e-mail address"),
            (phone, numbers, "telephone number"),
        ):
            if said and not used:
                self.notes.append(f'its {what} "{said[:60]}" cannot be used')
        return url, email, numbers

    def _register(self) -> tuple[str, str] | None:
        text = self.line("charity_number")
        found = contacts.charity_number(text) if text else None
        if text and found is None:
            self.notes.append(f'its charity number "{text[:40]}" has the shape of no register, so it was not used')
        return found

    def _is_ended(self) -> bool:
        text = one_line(self.raw("active"))
        answer = certain.yes_or_no(text)
        if text and answer is None and not says_nothing(text):
            self.notes.append(f'its "active" is "{text[:40]}", neither yes nor no; it was taken as active')
        return answer is False

    def _opening(self, place: Spot | None) -> Opening:
        """Sessions need a place to be held at: without one the source's words stay."""
        text, osm = self.text("opening_text"), self.line("opening_hours")
        found = read_opening(text, osm)
        return found if place is not None or not (found.sessions or found.hours) else Opening(text=text or osm)


def _place(spot: Spot, opening: Opening) -> Place:
    """The one place of a record. Town and county stay empty: the source has one line, and nobody guesses."""
    has_address = spot.address or spot.postcode
    location = Location(
        latitude=spot.latitude,
        longitude=spot.longitude,
        authority_code=spot.authority_code,
        neighbourhood_code=spot.neighbourhood_code,
        privacy="area" if spot.is_private else "public",
        addresses=(Address(spot.address, spot.postcode),) if has_address else (),
    )
    return Place(location, (), tuple(map(_session, opening.sessions)), tuple(map(_schedule, opening.hours)))


def _session(times: Times) -> Session:
    return Session(times.starts_at, times.ends_at, "monthly" if times.is_monthly else "weekly", byday=times.byday)


def _schedule(times: Times) -> Schedule:
    return Schedule("WEEKLY", times.byday, times.starts_at, times.ends_at)


def given_id(record: dict[str, Any]) -> str | None:
    """The id that a source gave, or none. Raises Refused for one that is no id."""
    value = record.get("id")
    if value is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Refused('its "id" is neither a text nor a whole number')
    text = one_line(str(value))
    if len(text) > LONGEST_ID:
        raise Refused(f"its id is {len(text):,} letters long; {LONGEST_ID} is the most")
    return text or None
