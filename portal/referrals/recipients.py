"""Whom to write to about a referral: those who answer for a group, whoever asked, the team that holds the record, the person."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.queries import users_of
from portal.codes import phones
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.directory.addresses import email_address
from portal.directory.models import Attribute, Taxonomy, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS
from portal.directory.needs import is_any_sensitive
from portal.notifications.notification import Recipient
from portal.notifications.senders.current import can_text
from portal.people.models import Person
from portal.referrals.models import Introduction, Referral

ASKS_AS = (Permission.HAND_OVER, Permission.CASELOAD)


def of_user(user: User) -> Recipient:
    """Somebody with an account."""
    return Recipient(email=user.email, locale=user.locale, user_id=user.id)


def active_user(user_id: UUID | None) -> User | None:
    """The user with this id, while they may sign in."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user if user is not None and user.is_active else None


def of_group(introduction: Introduction) -> list[Recipient]:
    """Those who may answer for the organisation that it was sent to; where there is nobody, its addresses on record."""
    answers_as = Permission.CASELOAD if introduction.kind == "link-work" else Permission.INTRODUCTION_ANSWER
    if users := users_of(introduction.organization_id, answers_as):
        return [of_user(user) for user in users]
    service = introduction.service
    typed = (service.email if service is not None else None, introduction.organization.email)
    known = {email.casefold(): email for one in typed if one and (email := email_address(one))}
    return [Recipient(email=email, locale=introduction.organization.lang) for email in known.values()]


def of_referrer(referral: Referral) -> list[Recipient]:
    """Who asked, while they may there; else whose caseload the person is on; else all who may. Empty where the person asked."""
    if referral.organization_id is None:
        return []
    colleagues = _at(referral.organization_id, _asks_as(referral))
    for wanted in (referral.by_user_id, referral.person.worker_id):
        if found := [user for user in colleagues if user.id == wanted]:
            return [of_user(found[0])]
    return [of_user(user) for user in colleagues]


def of_team(introduction: Introduction) -> list[Recipient]:
    """Whose caseload the person is on, or all of the team that holds the record."""
    person = introduction.person
    if person.organization_id is None:
        return []
    workers = users_of(person.organization_id, Permission.CASELOAD)
    return [of_user(user) for user in [one for one in workers if one.id == person.worker_id] or workers]


def of_person(person: Person) -> Recipient | None:
    """The person, by the first way that they said is safe and that we have. None where they must not be written to."""
    if person.do_not_contact or person.death_recorded_at is not None or person.erased_at is not None:
        return None
    contact = person.contact or {}
    phone, email = contact.get("phone"), contact.get("email")
    for way in contact.get("ways") or ():
        if way == "text" and phone and phones.is_mobile(phone) and can_text():
            return Recipient(phone=phone, locale=person.locale)
        if way == "e-mail" and email and email_address(email):
            return Recipient(email=email, locale=person.locale)
    return None


def is_sensitive(referral: Referral, introductions: Iterable[Introduction]) -> bool:
    """Whether what it is about, or a service that was asked, is for a sensitive need."""
    services = [one.service_id for one in introductions if one.service_id is not None]
    offered = (
        select(TaxonomyTerm.term)
        .join(Attribute, Attribute.taxonomy_term_id == TaxonomyTerm.id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.uri == NEEDS, Attribute.link_type == "service", Attribute.link_id.in_(services))
    )
    told = [one for one in db.session.scalars(offered) if one] if services else []
    return is_any_sensitive(frozenset([*(referral.needs or ()), *told]))


def _asks_as(referral: Referral) -> Sequence[Permission]:
    return (*ASKS_AS, Permission.INTRODUCTION_ANSWER) if referral.route == "on-behalf" else ASKS_AS


def _at(organization_id: UUID, permissions: Iterable[Permission]) -> list[User]:
    found = {user.id: user for one in permissions for user in users_of(organization_id, one)}
    return list(found.values())
