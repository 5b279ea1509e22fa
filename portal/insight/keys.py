"""Keys by which somebody counts once, and by which nobody is found: an HMAC of an id, under a key of this use alone.

Who is erased gets a key made by chance, the same in all of their facts: they still count once, and nothing leads to them.
"""

import hashlib
import hmac
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.blind_index import KEPT_DIGITS, derived
from portal.core.extensions import db, settings
from portal.core.jobs import job
from portal.insight import summing
from portal.insight.models import InsightFact
from portal.people.models import Person
from portal.referrals.models import Introduction

PURPOSE = "figures"
AT_ONCE = 500


def key_of(kind: str, id: UUID) -> str:
    """The key of a person ("person"), an introduction or another thing, under the newest key."""
    return keys_of(kind, id)[0]


def keys_of(kind: str, id: UUID) -> tuple[str, ...]:
    """The keys under which it may stand, newest first."""
    return tuple(_hashed(derived(key, PURPOSE), f"{kind}:{id}") for key in settings().data_keys)


@job("insight.forget")
def forget() -> None:
    """Give a key of chance to the facts of everybody who was erased, and of introductions of theirs."""
    for person_id in db.session.scalars(select(Person.id).where(Person.erased_at.is_not(None))).all():
        introductions = select(Introduction.id).where(Introduction.person_id == person_id)
        _change(InsightFact.person_key, keys_of("person", person_id), uuid4().hex)
        for one in db.session.scalars(introductions).all():
            _change(InsightFact.subject_key, keys_of("introduction", one), uuid4().hex)


@job("insight.renew_keys")
def renew() -> None:
    """After PORTAL_DATA_KEYS has a new first key, put the keys that follow from it in place of the older ones."""
    if len(settings().data_keys) == 1:
        return
    for kind, table, column in (
        ("person", Person, InsightFact.person_key),
        ("introduction", Introduction, InsightFact.subject_key),
    ):
        for ids in db.session.scalars(select(table.id)).partitions(AT_ONCE):
            pairs = {old: keys[0] for keys in (keys_of(kind, one) for one in ids) for old in keys[1:]}
            held = db.session.scalars(select(column).where(column.in_(pairs)).distinct()).all()
            for old in held:
                _change(column, (old,), pairs[old])


def _change(column: InstrumentedAttribute[str], old: tuple[str, ...], new: str) -> None:
    """Put one key in place of others, and have the sums of those days made anew: two of them may be one person now."""
    theirs = column.in_(old)
    if days := db.session.scalars(select(InsightFact.day).where(theirs).distinct()).all():
        summing.stain(days)
        db.session.execute(update(InsightFact).where(theirs).values({column.key: new}))


def _hashed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:KEPT_DIGITS]
