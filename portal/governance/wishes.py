"""Wishes to hear of space: they belong to no record, so those of a person are found by the addresses that the record holds.

There are few, and each lasts some months at most: their addresses are read one by one.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import plain_email
from portal.core.extensions import db
from portal.people.models import Person
from portal.referrals.models import SpaceWish


def of(person: Person) -> Sequence[UUID]:
    """The ids of those that the person's e-mail address left. Those of colleagues with an account are their own."""
    typed = (person.contact or {}).get("email")
    if not typed:
        return []
    wanted = select(SpaceWish).where(SpaceWish.email.is_not(None), SpaceWish.user_id.is_(None))
    return [one.id for one in db.session.scalars(wanted) if one.email and plain_email(one.email) == plain_email(typed)]
