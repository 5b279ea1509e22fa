"""What visitors do: asking a service for themselves or for somebody, asking for a link worker, wishing to hear of space."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.core import clock, throttle, working_days
from portal.core.extensions import db
from portal.people import consents
from portal.people.actions import new_person
from portal.people.models import Person
from portal.referrals import actors, recipients, sending, telling
from portal.referrals.models import Introduction, LinkTeam, Referral, SpaceWish
from portal.selfreferral import again, turning
from portal.selfreferral.flows import Flow

MOST_AN_HOUR = 10
MOST_BEGUN_AN_HOUR = 100
"""Forms from one network address, which may be a whole surgery's: each keeps a row for a day."""
PERSON = actors.person()


@dataclass(frozen=True)
class Asked:
    """How somebody asks: the language of their page, and the one-time key of their form."""

    locale: str
    form_key: str


def limit(address: str) -> None:
    """Count one sending from a network address. Must come before anything is held. Raises TooManyRequests."""
    throttle.hit("self-referral", address, limit=MOST_AN_HOUR, seconds=3600)


def limit_begun(address: str) -> None:
    """Count one form that is begun from a network address. Must come before anything is held. Raises TooManyRequests."""
    throttle.hit("self-referral begun", address, limit=MOST_BEGUN_AN_HOUR, seconds=3600)


def send_referral(flow: Flow, told: dict[str, Any], *, by: Asked) -> dict[str, str]:
    """Send what somebody asks of a service. Gives reference and code; the same form sent twice sends once.

    All of it stands or nothing does. Raises Refused, ConsentIncomplete.
    """
    person, referral = _drafted(told, by)
    if referral.introductions:
        return _receipt(referral, referral.introductions[0])
    listing = flow.listing
    if listing is None:
        raise ValueError("a referral to a service needs one")
    if repeated := again.may_repeat(person, listing.id):
        referral.told = {**(referral.told or {}), "may_repeat": repeated}
    introduction = sending.to_service(
        referral, listing.service, by=PERSON, happy_to_wait=told.get("wait") == "yes" or None,
        own_answers=turning.own_answers_of(flow.asks.questions, told),
    )  # fmt: skip
    agreed = consents.give(person, introduction.organization_id, turning.agreement_of(told), by="person")
    sending.send(introduction, agreed, by=PERSON)
    return _receipt(referral, introduction)


def ask_link_worker(team: LinkTeam, told: dict[str, Any], *, by: Asked, nation: str) -> dict[str, str]:
    """Ask a link worker team to get in touch. Gives reference, code and until when somebody calls. As `send_referral`."""
    person, referral = _drafted(told, by)
    if referral.introductions:
        return _receipt(referral, referral.introductions[0])
    introduction = sending.to_team(referral, team.organization_id, by=PERSON, nation=nation)
    agreed = consents.give(person, team.organization_id, turning.agreement_of(told), by="person")
    sending.send(introduction, agreed, by=PERSON)
    return {**_receipt(referral, introduction), "call_by": call_by(team, nation)}


def call_by(team: LinkTeam, nation: str) -> str:
    """The date until which a team calls somebody who asks today, in working days of the nation. ISO."""
    return working_days.later(clock.today(), team.calls_within_days, nation).isoformat()  # type: ignore[arg-type]


def wish_for_space(service_id: UUID, email: str, *, by: Asked, address: str) -> None:
    """Keep the address of somebody who wants to hear when a service has space. The same form sent twice keeps one.

    `address` is of the network, for the limit only. Raises TooManyRequests.
    """
    throttle.hit("space-wish", address, limit=MOST_AN_HOUR, seconds=3600)
    wish = SpaceWish(service_id=service_id, email=email, locale=by.locale, form_key=by.form_key)
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(wish)


def _drafted(told: dict[str, Any], by: Asked) -> tuple[Person, Referral]:
    """The person and a draft of what they ask for. Of several that come at once with one key, all get the first one's."""
    about = turning.about_of(told, locale=by.locale, form_key=by.form_key)
    person = new_person(about, by="person")
    wanted = turning.wanted_of(told, locale=by.locale, form_key=by.form_key)
    return person, sending.new_referral(person, wanted, by=PERSON, organization_id=None, user_id=None)


def _receipt(referral: Referral, introduction: Introduction) -> dict[str, str]:
    """What the last page says. The code is said once on it, to who sent the form first, and in one message where that is safe."""
    answer_by = introduction.respond_by.isoformat() if introduction.respond_by else ""
    found = {"reference": referral.shown_reference, "code": "", "answer_by": answer_by}
    if referral.code is None:
        found["code"] = sending.new_code(referral)
        telling.say_code(referral, found["code"])
    if recipients.of_person(referral.person) is not None:
        found["is_told"] = "yes"
    return found
