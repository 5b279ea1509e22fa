"""Fields that a source told and our tables have no place for, given back in an export where the operator asks for it.

Not by default, and few of them: nobody here has looked at these words, and what sources put into other fields (names and
addresses of persons, private addresses, notes) was left aside for that. Decision 71.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.core.plain import one_line
from portal.directory.listings import Listing
from portal.directory.models import SourceRecord
from portal.openreferral.flattening import Document
from portal.openreferral.tables import OURS
from portal.openreferral.withholding import hush

WRAPPER = "hsds"
OF_SERVICE = ("alternate_name", "interpretation_services", "licenses", "wait_time")
OF_ORGANIZATION = ("alternate_name", "legal_status", "tax_status", "year_incorporated")
"""What says nothing of a person or a place."""
LONGEST = 300
MARKUP = frozenset("<>@")
"""Letters of which such words need none, and markup and addresses do."""
YEARS = range(1000, 2200)


def originals_of(ids: Sequence[UUID]) -> dict[UUID, Document]:
    """The original documents of services, where those are of the standard. One statement."""
    question = select(SourceRecord.service_id, SourceRecord.document).where(SourceRecord.service_id.in_(ids))
    found = {service_id: document.get(WRAPPER) for service_id, document in db.session.execute(question)}
    return {service_id: told for service_id, told in found.items() if isinstance(told, dict)}


def given_back(listing: Listing, document: Document, original: Document) -> Document:
    """The document of a service with fields of its original that it lacks. Words of private addresses are taken out of them."""
    whole = _added(document, hush(_told(original, OF_SERVICE), listing.secrets))
    body = original.get("organization")
    if isinstance(body, dict) and body.get("name") == document["organization"]["name"]:
        more = hush(_told(body, OF_ORGANIZATION), listing.told_nowhere)
        whole["organization"] = _added(document["organization"], more)
    return whole


def _added(document: Document, more: Document) -> Document:
    own = {OURS: document[OURS]} if OURS in document else {}
    return {**{name: value for name, value in document.items() if name != OURS}, **more, **own}


def _told(record: Document, names: Sequence[str]) -> Document:
    found = {name: _sure(name, record.get(name)) for name in names}
    return {name: value for name, value in found.items() if value}


def _sure(name: str, value: Any) -> Any:
    if name == "year_incorporated":
        return value if isinstance(value, int) and not isinstance(value, bool) and value in YEARS else None
    text = one_line(value) if isinstance(value, str) else ""
    return text if len(text) <= LONGEST and not MARKUP & set(text) else None
