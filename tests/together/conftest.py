"""Somebody just home from hospital, and groups near and farther that could help: lifts, shopping, befriending."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.core.extensions import db
from portal.directory.models import Service
from portal.referrals.models import ReferralSetting
from tests.caseload.conftest import loop
from tests.factories import Make
from tests.support.page import Browser
from tests.support.referrals import World, agree

__all__ = ["loop"]
FAR = {"point": (52.66, -1.06), "postcode": "LE4 9LJ"}
"""About three miles from the person's postcode."""


class Town:
    """The person's team, and the services by name."""

    def __init__(self, loop: World, make: Make) -> None:
        self.loop = loop
        self.services: dict[str, Service] = {}
        for name, need, words, place in (
            ("Wheels Together", "transport", "Volunteer drivers give a lift to appointments.", {}),
            ("Far Wheels", "transport", "A lift by minibus.", FAR),
            ("Odd Jobs", "home-help", "Small repairs in the house.", {}),
            ("Basket Friends", "home-help", "We do the shopping with you or for you.", FAR),
            ("Cup of Company", "befriending", "Befrienders who call every week.", {}),
            ("Doorstep Befriending", "befriending", "A visit once a week.", FAR),
        ):
            group = make.organisation(f"{name} CIC", email=f"{name.split()[0].lower()}@groups.example.org")
            self.services[name] = make.service(name, organisation=group, needs=(need,), description=words, place=place)

    @property
    def way(self) -> str:
        """The pages for several things together, of the person."""
        return f"/clients/{self.loop.person.reference}/together"

    def id(self, name: str) -> str:
        """Of a service."""
        return str(self.services[name].id)

    def agrees(self, *names: str) -> None:
        """The person agreed with these groups before."""
        for name in names:
            agree(self.loop.person, self.services[name].organization)

    def takes_none(self, name: str) -> None:
        """A service that takes no referrals here."""
        db.session.add(ReferralSetting(service_id=self.services[name].id, is_open=False))
        db.session.commit()


@pytest.fixture
def town(loop: World, make: Make, index_now: Callable[[], None], monday: Any) -> Town:
    """All of it, to be found."""
    made = Town(loop, make)
    parts = {name: (type(one), one.id) for name, one in vars(loop).items()}
    services = {name: one.id for name, one in made.services.items()}
    index_now()
    for name, (kind, id_) in parts.items():
        setattr(loop, name, db.session.get_one(kind, id_))
    made.services = {name: db.session.get_one(Service, id_) for name, id_ in services.items()}
    return made


def chosen_on(page: Any) -> dict[str, str]:
    """By line, what is chosen on the page of a bundle: the name, or what the last choice says."""
    found = {}
    for part in page.select("fieldset.together-part"):
        ticked = part.select_one("input[checked]")
        label = part.select_one(f'label[for="{ticked["id"]}"]')
        name = label.select_one(".together-offer__name")
        found[part.select_one("legend").get_text(strip=True)] = (name or label).get_text(strip=True)
    return found


def form_of(page: Any) -> dict[str, str]:
    """What the form of the page holds, as a browser sends it."""
    told = {}
    for tag in page.select("main form input[name]"):
        if tag.get("type") != "radio" or "checked" in tag.attrs:
            told[str(tag["name"])] = str(tag.get("value", ""))
    return told


def draft_from(worker: Browser, town: Town, **changes: str) -> str:
    """Choose what is proposed, or something else; the address of the page that says what is shared."""
    page = worker.get(f"{town.way}/home-from-hospital")
    answer = worker.post(f"{town.way}/home-from-hospital", {**form_of(page), **changes}, expect=303)
    return str(answer.headers["Location"])
