"""Encrypting everything anew after PORTAL_DATA_KEYS has a new first key, a part at a time while the site serves.

Which columns are encrypted is read from the tables themselves. Blind indexes are renewed after them, from the texts that
they are indexes of. Each part is one transaction that asks for the next, so a kill loses nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Column, ColumnElement, Select, Table, Text, literal, select, type_coerce, update

from portal.accounts.models import plain_email
from portal.core.blind_index import blinds
from portal.core.encryption import CannotDecrypt, EncryptedText, renewed
from portal.core.extensions import Base, db, settings
from portal.core.jobs import job
from portal.core.transactions import unit

A_STEP = 200
FIRST = UUID(int=0)

INDEXED: dict[str, Callable[[str], str]] = {
    "account.email": plain_email,
    "account_token.email": plain_email,
    "check_letter.email": plain_email,
    "external_identity.subject": str,
    "introduction_link.email": plain_email,
    "outbox_message.recipient": plain_email,
    "person.match": "match:{}".format,
    "person.nhs_number": "nhs:{}".format,
}
"""Encrypted texts that have a blind index, here or in another table, and the form in which each is indexed."""
INDEXES = (
    "account.email_key",
    "account_token.email_key",
    "bounce.recipient_key",
    "check_letter.email_key",
    "check_round.contact_key",
    "check_round.open_key",
    "external_identity.subject_key",
    "introduction_link.email_key",
    "outbox_message.recipient_key",
    "person.match_key",
    "person.nhs_number_key",
    "stopped_topic.who",
)
"""Columns that hold a blind index."""


@dataclass(frozen=True)
class Left:
    """How many encrypted texts there are, how many are of an older key, and how many no key opens."""

    texts: int
    older: int
    shut: int


@job("encryption.renew")
def renew(table: str = "", after: str = FIRST.hex, *, indexes: bool = False) -> None:
    """One part, and a word for the next: first the texts of every table, then the blind indexes."""
    if len(settings().data_keys) == 1:
        return
    following = _step(table, UUID(after), indexes=indexes)
    if following is not None:
        renew.later(table=following[0], after=following[1].hex, indexes=following[2])


former = job("unmet.reencrypt")(lambda after="": renew.later())
"""The name under which the release before asked for this."""


def renew_all() -> int:
    """All parts, one after the other. Gives how many there were."""
    place: tuple[str, UUID, bool] | None = ("", FIRST, False)
    steps = 0
    while place is not None:
        with unit():
            place = _step(place[0], place[1], indexes=place[2])
        steps += 1
    return steps


def left(most: int | None = None) -> Left:
    """How far renewal is. Reads every encrypted text, or those of so many rows of each table."""
    newest = Fernet(settings().data_keys[0])
    texts = older = shut = 0
    for table in encrypted():
        columns = _raw(table)
        for row in db.session.execute(select(*columns).limit(most)).partitions(A_STEP):
            for token in (token for one in row for token in one if token):
                texts += 1
                if not _opens(newest, token):
                    older += 1
                    with suppress(CannotDecrypt):
                        renewed(token)
                        continue
                    shut += 1
    return Left(texts, older, shut)


def encrypted() -> list[Table]:
    """Every table with an encrypted column. Each has an `id` of its own."""
    return [table for table in Base.metadata.sorted_tables if _columns(table)]


def _step(table: str, after: UUID, *, indexes: bool) -> tuple[str, UUID, bool] | None:
    """Do one part. Gives where the next begins, or none after the last."""
    names = list(INDEXED) if indexes else [one.name for one in encrypted()]
    name = table or names[0]
    last = _renew_indexes(name, after) if indexes else _renew_texts(Base.metadata.tables[name], after)
    if last is not None:
        return name, last, indexes
    later = names[names.index(name) + 1 :]
    if later:
        return later[0], FIRST, indexes
    return None if indexes else (next(iter(INDEXED)), FIRST, True)


def _renew_texts(table: Table, after: UUID) -> UUID | None:
    newest = Fernet(settings().data_keys[0])
    names = [column.name for column in _columns(table)]
    rows = db.session.execute(_page(table, after, _raw(table)).with_for_update()).all()
    for row_id, *tokens in rows:
        old = {name: token for name, token in zip(names, tokens, strict=True) if token and not _opens(newest, token)}
        values = {}
        for name, token in old.items():
            with suppress(CannotDecrypt):  # the doctor tells of it; the others must not wait
                values[name] = literal(renewed(token), Text)
        if values:
            db.session.execute(update(table).where(table.c.id == row_id).values(values))
    return rows[-1][0] if len(rows) == A_STEP else None


def _renew_indexes(source: str, after: UUID) -> UUID | None:
    """From a page of texts learn what each index was and is to be, and put that into every column of indexes."""
    table_name, _, column_name = source.partition(".")
    table = Base.metadata.tables[table_name]
    rows = db.session.execute(_page(table, after, [table.c[column_name]])).all()
    pairs = dict(_pairs(INDEXED[source], [text for _id, text in rows if text]))
    for name in INDEXES if pairs else ():
        there, _, column = name.partition(".")
        where = Base.metadata.tables[there].c[column]
        for old in db.session.scalars(select(where).where(where.in_(pairs)).distinct()).all():
            db.session.execute(update(where.table).where(where == old).values({column: pairs[old]}))
    return rows[-1][0] if len(rows) == A_STEP else None


def _pairs(plain: Callable[[str], str], texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        newest, *older = blinds(plain(text))
        yield from ((old, newest) for old in older)


def _page(table: Table, after: UUID, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return select(table.c.id, *columns).where(table.c.id > after).order_by(table.c.id).limit(A_STEP)


def _columns(table: Table) -> list[Column[str]]:
    return [column for column in table.columns if isinstance(column.type, EncryptedText)]


def _raw(table: Table) -> list[ColumnElement[str]]:
    return [type_coerce(column, Text) for column in _columns(table)]


def _opens(newest: Fernet, token: str) -> bool:
    try:
        newest.decrypt(token.encode("ascii"))
    except (InvalidToken, UnicodeError):
        return False
    return True
