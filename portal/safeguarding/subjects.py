"""What a worry is about, as far as who raises it may see: an introduction, a person, or neither; and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.people.queries import person_for
from portal.referrals import queries as referrals
from portal.referrals.models import Introduction
from portal.referrals.showing import may_be_told
from portal.safeguarding import queries


@dataclass(frozen=True)
class Subject:
    """`raised_for`: the organisation of who raises it; `held_by`: the team that holds the record, else the same.

    None in both: they belong to no organisation, so that nobody would read it. `is_named`: who raises it may see who it is about;
    else the reference alone, since a worry outlasts what the person agreed to.
    """

    raised_for: Organization | None
    held_by: Organization | None
    person: Person | None = None
    introduction: Introduction | None = None
    is_named: bool = True

    @property
    def organisations(self) -> list[Organization]:
        """Those whose leads read it, each once; the one that raises it first."""
        found = {one.id: one for one in (self.raised_for, self.held_by) if one is not None}
        return list(found.values())

    @property
    def leads(self) -> list[User]:
        """Who reads it."""
        return queries.leads_of([one.id for one in self.organisations])

    @property
    def without_lead(self) -> list[Organization]:
        """Of the organisations, those in which nobody reads it."""
        return [one for one in self.organisations if not queries.leads_of([one.id])]

    @property
    def nation(self) -> str:
        """Whose bank holidays count."""
        return self.introduction.nation if self.introduction is not None else "england"


def subject_of(by: User, *, introduction: str | None, person: str | None, organisation: str | None) -> Subject:
    """What is meant by these references and by the id of one of the user's organisations. Raises NotFound."""
    if introduction:
        return _of_introduction(by, introduction)
    if person:
        found = person_for(by, person)
        return Subject(_organisation(found.organization_id), _organisation(found.organization_id), found)
    mine = organisations_of(by)
    chosen = [one for one in mine if str(one.id) == organisation] if organisation else mine[:1]
    if organisation and not chosen:
        raise NotFound(_("You hold no role in this organisation."))
    return Subject(chosen[0], chosen[0]) if chosen else Subject(None, None)


def organisations_of(user: User) -> Sequence[Organization]:
    """The organisations in which somebody holds a role, in the order in which they were given."""
    ids = dict.fromkeys(one.organization_id for one in user.held if one.organization_id is not None)
    return [found for one in ids if (found := _organisation(one)) is not None]


def _of_introduction(by: User, reference: str) -> Subject:
    try:
        found = referrals.received(by, reference)
        raised_for: UUID | None = found.organization_id
        is_named = may_be_told(found)
    except NotFound:
        found = referrals.asked(by, reference)
        raised_for, is_named = _asking_as(by, found), found.person.shut_at is None
    held_by = _organisation(found.person.organization_id or raised_for)
    return Subject(_organisation(raised_for), held_by, found.person, found, is_named)


def _asking_as(by: User, introduction: Introduction) -> UUID | None:
    """The organisation for which they asked: the one that referred, or the team that holds the record."""
    asked = introduction.referral.organization_id
    if asked is not None and any(
        by.can(one, organisation_id=asked) for one in (Permission.HAND_OVER, Permission.CASELOAD)
    ):
        return asked
    return introduction.person.organization_id


def _organisation(organization_id: UUID | None) -> Organization | None:
    return db.session.get(Organization, organization_id) if organization_id is not None else None
