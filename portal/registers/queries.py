"""Questions about public registers."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.registers.formats import POSTCODE
from portal.registers.likeness import keys_of, likeness_of_words
from portal.registers.models import RegisterEntry, RegisterFlag
from portal.registers.numbers import readings

MOST_LOOKED_AT = 1_500
"""Entries with the same word, the same beginning or the same postcode that are compared letter by letter."""
ALIKE = 0.76
ALIKE_NEAR = 0.55
"""How alike names must be: anywhere, and at the same postcode."""
SAME_PLACE = 0.2
REMOVED = 0.1
"""What the same postcode adds, and what it takes away to be in the register no more."""


@dataclass(frozen=True)
class Alike:
    """An entry that may be meant, and how likely: above 0, more is likelier."""

    entry: RegisterEntry
    score: float


def entry(register: str, number: str) -> RegisterEntry | None:
    """What a register says of a number, both written as they are kept: "GB-CHC", "1093556"."""
    return db.session.scalar(
        select(RegisterEntry).where(RegisterEntry.register == register, RegisterEntry.number == number)
    )


def entries_numbered(typed: str) -> list[RegisterEntry]:
    """The entries that somebody who typed this number may mean, likeliest first."""
    found = (entry(register, number) for register, number in readings(typed))
    return [one for one in found if one is not None]


def entries_like(name: str, postcode: str | None = None, *, limit: int = 5) -> list[Alike]:
    """Entries whose name is like this one, likeliest first. The same postcode counts for much, and makes up for spelling.

    Only those that share the longest word, the first letters or the postcode are looked at: each has an index.
    """
    keys, place = keys_of(name), plain_postcode(postcode)
    if not keys.words:
        return []
    blocks = [RegisterEntry.name_word == keys.word, RegisterEntry.name_start == keys.start]
    if place is not None:
        blocks.append(RegisterEntry.postcode == place)
    scores: dict[UUID, float] = {}
    columns = RegisterEntry.id, RegisterEntry.name_words, RegisterEntry.postcode, RegisterEntry.is_removed
    for block in blocks:
        rows = select(*columns).where(block).order_by(RegisterEntry.id).limit(MOST_LOOKED_AT)
        for own_id, words, postcode, is_removed in db.session.execute(rows):
            is_near = place is not None and postcode == place
            score = likeness_of_words(words, keys.words)
            if score >= (ALIKE_NEAR if is_near else ALIKE):
                scores[own_id] = score + (SAME_PLACE if is_near else 0.0) - (REMOVED if is_removed else 0.0)
    best = sorted(scores.items(), key=lambda one: (-one[1], str(one[0])))[:limit]
    found = select(RegisterEntry).where(RegisterEntry.id.in_([own_id for own_id, _score in best]))
    entries = {one.id: one for one in db.session.scalars(found)}
    return [Alike(entries[own_id], score) for own_id, score in best if own_id in entries]


def flags_for(organization_ids: Iterable[UUID]) -> dict[UUID, list[RegisterFlag]]:
    """The numbers of these organisations that stand in their register no more; organisations without one are left out."""
    wanted = list(organization_ids)
    rows = select(RegisterFlag).where(RegisterFlag.organization_id.in_(wanted)).order_by(RegisterFlag.noticed_at)
    found: dict[UUID, list[RegisterFlag]] = {}
    for flag in db.session.scalars(rows) if wanted else ():
        found.setdefault(flag.organization_id, []).append(flag)
    return found


def plain_postcode(typed: str | None) -> str | None:
    """A whole postcode as it is kept, or None."""
    found = POSTCODE.search(" ".join((typed or "").upper().split()))
    return f"{found[1]} {found[2]}" if found else None
