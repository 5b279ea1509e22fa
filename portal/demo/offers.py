"""From what a group wrote to the rows of one service: each seed as it stands in Leicester, and its twins elsewhere."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from portal.demo import content, says, timetables
from portal.demo.content import Area, Hall, Seed
from portal.demo.places import Places
from portal.demo.rows import Rows, demo_id
from portal.directory.models import (
    Attribute,
    Contact,
    CostOption,
    Funding,
    Language,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Session,
    SessionException,
    Source,
    SourceRecord,
)
from portal.organisations.models import Organization

AWAY = frozenset({"phone", "online", "home", "hidden"})
SOURCES = (
    ("Rutland Road Directory", "Open Government Licence v3.0"),
    ("Community Lists Exchange", "CC BY 4.0"),
    ("Neighbour Finder", "CC BY 4.0"),
)
TONGUES = {"leicester": "gu gu pa ur so pl bn hi ar", "camden": "bn syl so ar fr pt ti", "surrey": "pl ro uk fa"}
FUNDERS = (
    "Lottery grant",
    "City council grant",
    "Gifts from members",
    "Health partnership",
    "Parish share",
    "Legacy gift",
)


@dataclass(frozen=True)
class Offer:
    """One service to be: a seed in one area. `hall` is none where nobody comes to a place."""

    seed: Seed
    area: Area
    name: str
    by: str
    hall: Hall
    is_twin: bool = False

    @property
    def key(self) -> str:
        """What its id and its draws are made from."""
        return f"{self.area}/{self.by}/{self.name}"

    @cached_property
    def chance(self) -> Random:
        """Its own row of draws, the same every time."""
        return Random(self.key)

    def words(self, text: str) -> str:
        """A text with the place and organisation that belong to this offer."""
        here = text.replace("{place}", self.hall.place).replace("{hall}", self.hall.name).replace("{by}", self.by)
        return timetables.moved_words(here, self.shift) if self.is_twin else here

    @cached_property
    def shift(self) -> int:
        """By how many working days its sessions are moved: to the day in a twin's name, or anywhere if no text names one."""
        if not self.is_twin:
            return 0
        told = " ".join((self.seed.line, self.seed.text, self.seed.join, *self.seed.door))
        return timetables.shift_for(self.seed.when, self.name, told, self.chance)


def offers() -> list[Offer]:
    """Every service of the demo, in a fixed order."""
    made = [Offer(seed, "leicester", seed.name, seed.by, _home_hall(seed)) for seed in content.seeds()]
    for seed in content.seeds():
        for area, name in zip(("camden", "surrey"), filter(None, seed.twin.split(" / ")), strict=False):
            made.append(_twin(seed, area, name))  # type: ignore[arg-type]
    return made


def _home_hall(seed: Seed) -> Hall:
    if seed.at not in AWAY:
        return content.halls()[seed.at]
    return Random(seed.name).choice(_halls_of("leicester"))


def _twin(seed: Seed, area: Area, name: str) -> Offer:
    """The same thing elsewhere, at the place and by the group that its name tells, if it tells any."""
    chance, halls, groups = Random(f"{area}/{name}"), _halls_of(area), sorted(content.organisations()[area][seed.group])
    there = [hall for hall in halls if hall.place in name] or [hall for hall in halls if hall.town in name]
    theirs = [by for by in groups if len(by.split()[0]) > 3 and by.split()[0] in name]
    return Offer(seed, area, name, chance.choice(theirs or groups), chance.choice(there or halls), is_twin=True)


def _halls_of(area: Area) -> list[Hall]:
    return [hall for hall in content.halls().values() if hall.area == area]


class Writer:
    """Puts offers down as rows. `terms` gives the ids of needs, `today` is the day that dates are set around."""

    def __init__(self, rows: Rows, places: Places, terms: dict[str, UUID], today: date) -> None:
        self.rows, self.places, self.terms, self.today = rows, places, terms, today

    def put(self, offer: Offer) -> UUID:
        """Put one service down with all that belongs to it."""
        organisation = self._organisation(offer)
        state = str(offer.seed.extra.get("fresh") or says.freshness_state(offer.chance, may_expire=offer.is_twin))
        service = self._service(offer, organisation, state)
        self._where(offer, service)
        self._said_of_it(offer, service)
        self._contact(offer, service)
        self._needs(offer, service)
        if state == "source":
            self._source(offer, service)
        return service

    def _organisation(self, offer: Offer) -> UUID:
        groups = content.organisations()[offer.area]
        told = groups.get(offer.seed.group, {}).get(offer.by) or next(
            (group[offer.by] for group in groups.values() if offer.by in group), None
        )
        site = says.site_of(offer.by)
        return self.rows.add(
            Organization, offer.area, offer.by, name=offer.by, description=told, email=says.mail_of(offer.by),
            website=f"https://{site}/", lang="en", created_at=self._early(), last_modified=self._early(),
        )  # fmt: skip

    def _service(self, offer: Offer, organisation: UUID, state: str) -> UUID:
        seed, chance = offer.seed, offer.chance
        fresh = says.checked(state, self.today, chance)
        space = says.space(seed.ways, self.today, chance, str(seed.extra.get("space", "")))
        status = str(seed.extra.get("status", "active"))
        columns: dict[str, Any] = {
            "organization_id": organisation,
            "name": offer.name,
            "summary": offer.words(seed.line),
            "description": self._text(offer),
            "url": f"https://{says.site_of(offer.by)}/" if chance.random() < 0.7 else None,
            "email": says.mail_of(offer.by) if chance.random() < 0.75 else None,
            "status": status,
            "minimum_age": seed.extra.get("from_age"),
            "maximum_age": seed.extra.get("to_age"),
            "alert": seed.extra.get("alert"),
            "lang": seed.lang,
            "who_for": offer.words(content.fold(seed.extra.get("for", ""))) or None,
            "first_visit": [offer.words(line) for line in seed.door],
            "how_to_join": offer.words(seed.join) or None,
            "joining": list(seed.ways),
            "audiences": list(seed.who),
            "excluded_audiences": str(seed.extra.get("not_for", "")).split(),
            "anyone_welcome": True if seed.extra.get("anyone") else None,
            "bring_someone": seed.extra.get("bring", chance.choice((True, True, None))),
            "opening_text": seed.extra.get("open_text"),
            "created_at": self._early(),
            "last_modified": says.changed(fresh["assured_date"], self.today, chance),
            "withdrawn_at": None,
            "merged_into_id": self._merged_into(seed),
        }
        return self.rows.add(Service, offer.key, **columns, **fresh, **space)

    def _text(self, offer: Offer) -> str:
        text = offer.words(offer.seed.text)
        if offer.is_twin and offer.seed.at not in AWAY:
            text = f"{text} {offer.words(offer.chance.choice(content.room_lines()))}"
        return text

    def _merged_into(self, seed: Seed) -> UUID | None:
        into = seed.extra.get("merged_into")
        if into is None:
            return None
        other = next(one for one in content.seeds() if one.name == into)
        return demo_id("service", f"leicester/{other.by}/{other.name}")

    def _where(self, offer: Offer, service: UUID) -> None:
        seed = offer.seed
        modes = list(seed.how) or {"phone": ["phone"], "online": ["online"], "home": ["home_visit"]}.get(
            seed.at, ["in_person"]
        )
        used: list[tuple[UUID, list[str]]] = []
        if "home_visit" in modes:
            used.append((self.places.home(offer.area, offer.by, offer.hall), ["home_visit"]))
        if remote := [mode for mode in modes if mode in {"phone", "online"}]:
            used.append((self.places.remote(offer.area, offer.by), remote))
        if "in_person" in modes:
            is_hidden = seed.at == "hidden"
            place = self.places.hidden(offer.key, offer.hall) if is_hidden else self.places.hall(offer.hall)
            used.append((place, ["in_person"]))
        for place, told in used:
            at = self.rows.add(
                ServiceAtLocation, service, place, service_id=service, location_id=place, delivery_modes=told
            )
            if place == used[-1][0]:
                self._sessions(offer, at)
        if {"home_visit", "phone", "online"} & set(modes) or seed.at in AWAY:
            self._reach(offer, service)

    def _sessions(self, offer: Offer, at: UUID) -> None:
        for number, told in enumerate(timetables.sessions(offer.seed.when, self.today, offer.chance, offer.shift)):
            session = self.rows.add(
                Session, at, number, service_at_location_id=at, freq=told.freq, interval=told.interval, byday=told.byday,
                dtstart=told.dtstart, valid_to=None, starts_at=told.starts_at, ends_at=told.ends_at,
                on_bank_holidays=told.on_bank_holidays, name=told.name, note=None,
            )  # fmt: skip
            for change in told.changes:
                self.rows.add(
                    SessionException, session, change.date, change.kind, session_id=session, date=change.date,
                    kind=change.kind, starts_at=None, ends_at=None, note=change.note,
                )  # fmt: skip

    def _reach(self, offer: Offer, service: UUID) -> None:
        if offer.seed.extra.get("reach") == "everywhere":
            self.rows.add(
                ServiceArea,
                service,
                "*",
                service_id=service,
                name="United Kingdom",
                extent=None,
                extent_type="nationwide",
            )
            return
        for code, name in self.places.councils(offer.area):
            self.rows.add(ServiceArea, service, code, service_id=service, name=name, extent=code, extent_type="code")

    def _said_of_it(self, offer: Offer, service: UUID) -> None:
        for number, hours in enumerate(timetables.opening_hours(offer.seed.opens)):
            self.rows.add(
                Schedule, service, number, service_id=service, freq="WEEKLY", interval=1, byday=hours.byday,
                opens_at=hours.opens_at, closes_at=hours.closes_at,
            )  # fmt: skip
        for code in languages(offer):
            note = (
                "A speaker is there most weeks. Ring ahead to be sure"
                if code != "en" and offer.chance.random() < 0.3
                else None
            )
            self.rows.add(Language, service, code, service_id=service, phone_id=None, code=code, note=note)
        for kind, amount, option in costs(offer.seed.cost):
            self.rows.add(
                CostOption, service, kind, amount, service_id=service, kind=kind, amount=amount, option=option,
                amount_description=None,
            )  # fmt: skip
        if offer.chance.random() < 0.2:
            self.rows.add(Funding, service, service_id=service, source=offer.chance.choice(FUNDERS))

    def _contact(self, offer: Offer, service: UUID) -> None:
        role = offer.seed.extra.get("contact") or offer.chance.choice(("Coordinator", "Office", "Welcome team", None))
        contact = self.rows.add(
            Contact, service, service_id=service, name=role, title=None, hours=says.hours_of(offer.chance)
        )
        number = says.number_of(offer.area, offer.chance)
        self.rows.add(Phone, contact, contact_id=contact, number=number, description=None)

    def _needs(self, offer: Offer, service: UUID) -> None:
        for term in (*offer.seed.needs, *str(offer.seed.extra.get("terms", "")).split()):
            self.rows.add(
                Attribute, service, term, link_id=service, link_type="service", taxonomy_term_id=self.terms[term]
            )

    def _source(self, offer: Offer, service: UUID) -> None:
        name, licence = offer.chance.choice(SOURCES)
        source = self.rows.add(
            Source, name, name=name, url=f"https://{says.site_of(name)}/", licence=licence, created_at=self._early()
        )
        document = {
            "id": str(service),
            "title": offer.name,
            "provider": offer.by,
            "summary": offer.words(offer.seed.line),
        }
        digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
        self.rows.add(
            SourceRecord, service, source_id=source, external_id=str(service), service_id=service, document=document,
            digest=digest, fetched_at=self._early() + timedelta(days=200),
        )  # fmt: skip

    def _early(self) -> datetime:
        return datetime.combine(self.today - timedelta(days=300), time(9), UTC)


def languages(offer: Offer) -> list[str]:
    """What is spoken there: what the group told, English beside it, and for some one more of the area's tongues."""
    told = list(offer.seed.langs)
    if not told and offer.seed.at != "hidden" and offer.chance.random() < 0.3:
        told.append(offer.chance.choice(TONGUES[offer.area].split()))
    if told and offer.seed.lang == "en" and "bsl" not in told:
        told.append("en")
    return list(dict.fromkeys(told))


def costs(note: str) -> list[tuple[str, str | None, str | None]]:
    """Prices from a note: "free", "donation", "3", "4 / 2 Concessions", "unknown"."""
    if note == "unknown":
        return []
    made: list[tuple[str, str | None, str | None]] = []
    for part in note.split(" / "):
        amount, _, option = part.partition(" ")
        made.append(
            (amount, None, option or None) if amount in {"free", "donation"} else ("paid", amount, option or None)
        )
    return made
