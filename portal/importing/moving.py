"""Moving house: an export of a portal like this one, read into an empty instance as if its listings had always stood there.

What an import never takes is taken here: when a listing was confirmed, as what and how, when it last changed, and which source it
had been copied from. An operator has to ask for it (`portal import --as-here`), since it confirms what nobody here has checked.
Agreements to be named are not taken: nobody has agreed here.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.models import Service, Source
from portal.importing import naming
from portal.importing.lines import FileProblem
from portal.importing.nested.service import service_of
from portal.importing.nested.values import Node, Unusable
from portal.importing.parts import Values
from portal.importing.rows import Refused
from portal.openreferral.ids import made_id

NAME = "moved here"
"""What stands in place of a source while listings move in. It is not saved."""
WORD = re.compile(r"[a-z][a-z_-]{0,19}")
NOT_OURS = "no portal like this one wrote it, and moving house takes nothing else"


@dataclass(frozen=True)
class Copied:
    """Where a listing had been copied from."""

    source: str
    id: str
    copied_at: datetime
    url: str | None = None
    licence: str | None = None


def must_be_empty() -> None:
    """Raises FileProblem where there are listings already."""
    is_empty = db.session.scalar(select(Service.id).limit(1)) is None
    db.session.rollback()
    if not is_empty:
        raise FileProblem(
            "--as-here is for an empty instance, and this one has listings. Import without it: that confirms nothing."
        )


def passing_source() -> Source:
    """A source that is never saved."""
    return Source(id=new_id(), name=NAME)


def columns_of(document: dict[str, Any]) -> Values:
    """When a listing was confirmed, as what and how, and when it changed. What never was is left out."""
    node = _node(document)
    told: Values = {
        "assured_date": _unless_later(_usable(node, "assured_date", Node.day), clock.today()),
        "assurer_email": _usable(node, "assurer_email", Node.mail),
        "assured_by": _word(node.ours, "assured_by"),
        "assured_how": _word(node.ours, "assured_how"),
    }
    changed = _unless_later(_usable(node, "last_modified", Node.moment), clock.now())
    return told | {"last_modified": changed or clock.now()}


def copied_from(document: dict[str, Any]) -> Copied | None:
    """The source that a listing had been copied from, if it was."""
    node = _node(document).ours.one("provenance")
    if node is None:
        return None
    name, key, moment = node.line("source", 120), node.line("id", 250), _usable(node, "copied_at", Node.moment)
    if name is None:
        return None
    own = key or made_id(str(_node(document).id()))  # the source gave none, or its own was not told
    return Copied(name, own, moment or clock.now(), node.web("url"), node.line("licence", 500))


def source_of(copied: Copied) -> Source:
    """Its source, made if need be."""
    return naming.source_named(copied.source, url=copied.url, licence=copied.licence)


def _node(document: dict[str, Any]) -> Node:
    return Node(service_of(document), [], "service", is_ours=True)


def _usable(node: Node, key: str, read: Any) -> Any:
    try:
        return read(node, key)
    except (Unusable, Refused):
        return None


def _word(node: Node, key: str) -> str | None:
    found = _usable(node, key, Node.line)
    return found if found and WORD.fullmatch(found) else None


def _unless_later(moment: Any, now: date | datetime) -> Any:
    return None if moment is None or moment > now else moment
