"""Whether a group has an open referral of what may be the same person.

Nobody who fills in a form is told, since a stranger could try names. The group is: the new referral says which earlier one it
may repeat. See docs/decisions/0051-self-referral.md.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.extensions import db
from portal.people.models import Person
from portal.referrals.models import Introduction
from portal.referrals.states import WITH_GROUP

LOOKED_AT = 300
"""Open introductions of one service that are looked through, newest first. What they hold is encrypted, so each is read."""
SENT = [state.value for state in WITH_GROUP]


def may_repeat(person: Person, service_id: UUID) -> list[str]:
    """References of open introductions to a service whose person has the same name and birth date, phone or e-mail."""
    wanted = (
        select(Introduction)
        .where(Introduction.service_id == service_id, Introduction.state.in_(SENT), Introduction.person_id != person.id)
        .options(joinedload(Introduction.person))
        .order_by(Introduction.created_at.desc(), Introduction.id)
        .limit(LOOKED_AT)
    )
    mine = _marks(person)
    return [one.shown_reference for one in db.session.scalars(wanted) if mine & _marks(one.person)]


def _marks(person: Person) -> frozenset[str]:
    contact = person.contact or {}
    found = (person.match, contact.get("phone"), (contact.get("email") or "").casefold())
    return frozenset(one for one in found if one)
