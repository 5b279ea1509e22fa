"""A city in two neighbourhoods with groups, their coordinator, and the way of a question from its words to its mails."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.coordinating import asking
from portal.coordinating.asking import Written
from portal.coordinating.models import AskedGroup
from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.organisations.models import Organization
from tests.factories import Make
from tests.support.mailbox import Mailbox, paths_in

EAST, WEST = "E02002840", "E02002841"
FAR = "E02002999"
CHRISTMAS = "Are you open between Christmas and New Year?"


def city(slug: str = "leicester", *, codes: tuple[str, str] = (EAST, WEST)) -> NeighbourhoodSet:
    """A set of two neighbourhoods, "East" and "West" of it."""
    made = NeighbourhoodSet(slug=slug, name=slug.title(), area=slug.title(), valid_from=date(2026, 1, 1))
    for name, code in zip(("East", "West"), codes, strict=True):
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2026, 1, 1))
        made.neighbourhoods.append(Neighbourhood(slug=f"{slug}-{name.lower()}", name=name, parts=[part]))
    db.session.add(made)
    db.session.commit()
    return made


def group(make: Make, name: str, *, code: str = EAST, email: str | None = "", **listing: Any) -> Organization:
    """A group with one listing in a neighbourhood; with an address of its own unless `email` is None."""
    address = f"{name.casefold().replace(' ', '-')}@groups.example.org" if email == "" else email
    made = make.organisation(name, email=address)
    make.service(f"{name} meeting", organisation=made, place={"neighbourhood_code": code}, **listing)
    return made


def groups(make: Make, count: int, **options: Any) -> list[Organization]:
    """So many groups, named in order."""
    return [group(make, f"Group {number:03d}", **options) for number in range(1, count + 1)]


def written(words: str = CHRISTMAS, kind: str = "yes-no", *, choices: tuple[str, ...] = (), days: int = 10) -> Written:
    """A question as somebody typed it."""
    return Written(words, kind, choices, clock.today() + timedelta(days=days))


def sent(
    coordinator: Any, organisations: list[Organization], told: Written | None = None, *, key: str = "k" * 30
) -> UUID:
    """A question that was sent to these groups: its id."""
    question = asking.new_draft("leicester", told or written(), key=key, by=coordinator)
    asking.choose(question, [one.id for one in organisations])
    asking.send(question, by=coordinator)
    db.session.commit()
    return question.id


def asked(question_id: UUID, name: str) -> AskedGroup:
    """What stands of one group."""
    wanted = db.session.query(AskedGroup).join(AskedGroup.organization)
    return wanted.filter(AskedGroup.question_id == question_id, Organization.name == name).one()


def link_to(mailbox: Mailbox, address: str) -> str:
    """The path in the newest mail to somebody."""
    return next(one for one in paths_in(mailbox.to(address)[-1]) if one.startswith("/answer/"))
