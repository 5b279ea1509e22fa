"""What the portal can check of a change by itself, for the moderator's page. Each check is a row of `CHECKS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.changes.facts import FACTS, shown
from portal.changes.models import ChangeRequest
from portal.changes.risks import LINK
from portal.core.extensions import db
from portal.core.plain import mixed_words
from portal.core.wording import and_list
from portal.directory.models import Service
from portal.directory.telephones import telephone
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.groups.link_checks import troubles_of
from portal.moderation.duplicates_reading import web_key
from portal.moderation.words import words_found
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.registers import queries as registers

State = Literal["look", "fine", "none"]
_FREE_MAIL = """
gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk yahoo.com yahoo.co.uk icloud.com btinternet.com
live.co.uk aol.com
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
"""Providers whose addresses say nothing about where somebody belongs."""


@dataclass(frozen=True)
class Check:
    """One sentence: something to look at, something that is fine, or something that was not checked."""

    state: State
    sentence: str


@dataclass(frozen=True)
class Subject:
    """A change as checks see it: `text` is every word of it that readers will see."""

    change: ChangeRequest
    facts: Mapping[str, Any]
    text: str = field(default="")


def checks_of(change: ChangeRequest) -> list[Check]:
    """What was found, first what to look at."""
    text = "\n".join(line for name, value in change.facts.items() if name in FACTS for line in shown(name, value))
    subject = Subject(change, change.facts, text)
    found = [result for check in CHECKS if (result := check(subject)) is not None]
    order: dict[State, int] = {"look": 0, "fine": 1, "none": 2}
    return sorted(found, key=lambda one: order[one.state])


def _register(subject: Subject) -> Check:
    organisation = subject.change.organization_id
    numbers = db.session.execute(
        select(OrganizationIdentifier.identifier_scheme, OrganizationIdentifier.identifier).where(
            OrganizationIdentifier.organization_id == organisation
        )
    ).all()
    if not numbers:
        return Check("none", _("public register: the organisation has given no number"))
    if registers.flags_for([organisation]).get(organisation):
        return Check("look", _("its number was removed from the public register"))
    entries = [entry for scheme, number in numbers if scheme and (entry := registers.entry(scheme, number)) is not None]
    if not entries:
        return Check("none", _("public register: no extract of it is loaded, or the number is not in it"))
    if any(entry.is_removed for entry in entries):
        return Check("look", _("its number was removed from the public register"))
    return Check("fine", _("it stands in its public register"))


def _address(subject: Subject) -> Check:
    places = subject.facts.get("place")
    if not places:
        return Check("none", _("address: not changed"))
    addresses = [address for place in places for address in place.get("addresses", ())]
    postcodes = [str(code) for address in addresses if (code := address.get("postal_code"))]
    if not postcodes:
        return Check("look", _("the new address has no postcode"))
    lost = [code for code in postcodes if isinstance(locate(code), PlaceProblem)]
    if lost:
        return Check("look", _("no such postcode: %(postcodes)s", postcodes=and_list(lost)))
    return Check("fine", _("the address was found"))


def _phone(subject: Subject) -> Check:
    if not subject.facts.get("phone"):
        return Check("none", _("phone number: not changed"))
    lines = shown("phone", subject.facts["phone"])
    numbers = numbers_of(subject.facts["phone"])
    if not numbers or any(telephone(number).link is None for number in numbers):
        return Check("look", _("a phone number cannot be dialled: %(number)s", number=and_list(numbers or lines)))
    return Check("fine", _("the phone number has the right form"))


def numbers_of(value: Any) -> list[str]:
    """The telephone numbers in a value of the fact `phone`."""
    return [
        str(phone["number"]) for contact in value or () for phone in contact.get("phones", ()) if phone.get("number")
    ]


def _shared_mail(subject: Subject) -> Check | None:
    email = subject.facts.get("email")
    if not email:
        return None
    others = db.session.scalar(
        select(func.count(func.distinct(Service.organization_id))).where(
            func.lower(Service.email) == str(email).strip().lower(),
            Service.organization_id != subject.change.organization_id,
        )
    )
    if others:
        return Check("look", _("another organisation has the same e-mail address"))
    return Check("fine", _("no other organisation has this e-mail address"))


def _author(subject: Subject) -> Check | None:
    author = accounts.user(subject.change.by_user_id) if subject.change.by_user_id else None
    service = subject.change.service
    if author is None or service is None:
        return None
    domain = author.email.rpartition("@")[2].lower()
    own = {web_key(service.url).split("/")[0], (service.email or "").rpartition("@")[2].lower()} - {""}
    if not own:
        return None
    if domain in own and domain not in FREE_MAIL:
        return Check("fine", _("the editor's e-mail is at the group's address"))
    return Check("look", _("the editor's e-mail is not at the group's address"))


def _links(subject: Subject) -> Check | None:
    found = sorted({link for link in LINK.findall(subject.text)})
    return Check("look", _("open each link: %(links)s", links=and_list(found[:5]))) if found else None


def _broken(subject: Subject) -> Check | None:
    service = subject.change.service
    troubles = troubles_of([service]).get(service.id) if service is not None else None
    if not troubles:
        return None
    told = and_list([str(one.words) for one in troubles])
    return Check("look", _("a link or address of the listing may not work: %(what)s", what=told))


def _letters(subject: Subject) -> Check | None:
    organisation = db.session.get(Organization, subject.change.organization_id)
    found = mixed_words(f"{subject.text}\n{organisation.name if organisation else ''}")
    if not found:
        return None
    return Check(
        "look", _("letters of two alphabets that look alike in one word: %(words)s", words=and_list(found[:5]))
    )


def _claims(subject: Subject) -> Check:
    if found := words_found("claims", subject.text):
        return Check("look", _("a claim that may promise too much: %(words)s", words=and_list(found)))
    return Check("fine", _("no risky claim such as “cure”"))


def _profanity(subject: Subject) -> Check:
    if found := words_found("profanity", subject.text):
        return Check("look", _("rude words: %(words)s", words=and_list(found)))
    return Check("fine", _("no rude words"))


CHECKS: tuple[Callable[[Subject], Check | None], ...] = (
    _phone,
    _author,
    _register,
    _address,
    _shared_mail,
    _links,
    _broken,
    _letters,
    _claims,
    _profanity,
)


def old_phone(change: ChangeRequest) -> list[str]:
    """The numbers to phone first: those that stood before, where the change brings others. Empty where none stood."""
    if "phone" not in change.facts or change.kind == "new":
        return []
    before, after = numbers_of(change.before.get("phone")), numbers_of(change.facts.get("phone"))
    return before if before != after else []
