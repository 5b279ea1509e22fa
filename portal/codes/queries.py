"""What a code list holds: what was loaded where something was, else what is shipped."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from portal.codes.known import Known, lists
from portal.codes.models import CONFIRMED, CodeEntry, CodeList
from portal.codes.words import words
from portal.core.extensions import db


def choices(list_name: str) -> list[tuple[str, str]]:
    """Codes and words for a form, in the order of the list; empty where it has to be loaded and was not.

    Raises KeyError for a list that the portal does not know. One statement; none for lists of the portal's own.
    """
    known = lists()[list_name]
    entries = None if known.is_ours else _loaded(list_name)
    if entries is None:
        entries = list(known.shipped.items())
    return [(code, words(list_name, code, term)) for code, term in entries]


def is_offered(list_name: str, code: str) -> bool:
    """Whether a code stands in its list today."""
    return code in dict(choices(list_name))


def label(list_name: str, code: str) -> str | None:
    """What pages say for a code on record, also for one that is offered no more. None for one that no list ever held."""
    known = lists()[list_name]
    held = select(CodeEntry.label).join(CodeList).where(CodeList.name == list_name, CodeEntry.code == code)
    term = known.shipped.get(code) or db.session.scalar(held)
    return words(list_name, code, term) if term else None


@dataclass(frozen=True)
class Standing:
    """How a list stands: how many codes forms offer, what was loaded and when."""

    known: Known
    offered: int
    loaded: CodeList | None

    @property
    def state(self) -> str:
        """In a word: loaded, unconfirmed, shipped or empty."""
        if self.loaded is not None:
            return "loaded" if self.loaded.status == CONFIRMED else self.loaded.status
        return "shipped" if self.known.shipped else "empty"

    @property
    def loaded_at(self) -> datetime | None:
        """When it was loaded."""
        return self.loaded.loaded_at if self.loaded is not None else None


def standing() -> list[Standing]:
    """How every list stands."""
    loaded = {one.name: one for one in db.session.scalars(select(CodeList))}
    counted = select(CodeEntry.list_id, func.count()).where(CodeEntry.active).group_by(CodeEntry.list_id)
    counts = {list_id: count for list_id, count in db.session.execute(counted)}
    found = []
    for known in lists().values():
        row = loaded.get(known.name)
        takes_place = row is not None and row.status == CONFIRMED
        offered = counts.get(row.id, 0) if row is not None and takes_place else len(known.shipped)
        found.append(Standing(known, offered, row))
    return found


def _loaded(list_name: str) -> list[tuple[str, str]] | None:
    """The codes of a confirmed list that was loaded; None where none was."""
    rows = (
        select(CodeEntry.code, CodeEntry.label)
        .select_from(CodeList)
        .outerjoin(CodeEntry, and_(CodeEntry.list_id == CodeList.id, CodeEntry.active))
        .where(CodeList.name == list_name, CodeList.status == CONFIRMED)
        .order_by(CodeEntry.sort, CodeEntry.code)
    )
    found = db.session.execute(rows).all()
    return [(code, term) for code, term in found if code is not None] if found else None
