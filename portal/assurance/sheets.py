"""The facts of a listing as the public sees them, short enough for a mail and for one page with one button."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from portal.assurance.models import CheckLetter
from portal.core import clock, wording
from portal.core.extensions import db
from portal.directory import queries, space
from portal.directory.details import Details, details_of
from portal.directory.listings import Listing
from portal.directory.showing import Shown, Where, shown


@dataclass(frozen=True)
class Row:
    """One line of the sheet. `fact` names it in the editing pages; `more` is said in smaller letters."""

    fact: str
    label: str
    lines: tuple[str, ...]
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What the public sees of one listing. `lang` and `direction` are those of the group's own words."""

    service_id: UUID
    organization_id: UUID
    name: str
    organisation: str
    lang: str
    direction: str
    rows: tuple[Row, ...]
    is_sensitive: bool

    def plain(self) -> dict[str, Any]:
        """For a mail."""
        rows = [(row.label, [*row.lines, *row.more]) for row in self.rows]
        return {"name": self.name, "organisation": self.organisation, "rows": rows}


def sheets_of(service_ids: Sequence[UUID]) -> list[Sheet]:
    """The sheets of these listings, in their order, also of those that have aged out of public results."""
    return [_sheet(listing) for listing in queries.known_listings(service_ids).values()]


def sheets_of_letter(letter_id: UUID) -> list[Sheet]:
    """The sheets of what one mail asks about and nobody has answered yet; of all of it where somebody was quicker."""
    letter = db.session.get(CheckLetter, letter_id)
    if letter is None:
        return []
    items = letter.round.items
    return sheets_of([item.service_id for item in items if item.state == "asked"] or [one.service_id for one in items])


def _sheet(listing: Listing) -> Sheet:
    details = details_of(listing)
    facts = shown(listing, details)
    rows = (
        _when(facts),
        _where(facts),
        Row("cost", _("Cost"), facts.cost),
        _phone(details),
        Row("who_for", _("Who it is for"), facts.who),
        Row("joining", _("How to join"), facts.joining),
        _space(listing),
    )
    return Sheet(
        service_id=listing.id,
        organization_id=listing.service.organization_id,
        name=listing.service.name,
        organisation=listing.organisation,
        lang=listing.service.lang,
        direction=facts.direction,
        rows=tuple(_told(row) for row in rows),
        is_sensitive=facts.is_sensitive,
    )


def _when(facts: Shown) -> Row:
    lines: list[str] = []
    more: list[str] = []
    for when in facts.whens:
        lines += [line for line in (when.place, *when.rules, *when.opening) if line]
        more += [_("Next: %(day)s.", day=when.next)] if when.next else []
        more += [when.closed] if when.closed else []
    lines += [facts.opening_text] if facts.opening_text else []
    return Row("sessions", _("When"), tuple(lines), tuple(more))


def _where(facts: Shown) -> Row:
    lines = [line for where in facts.wheres for line in _address(where)]
    more = [
        line
        for where in facts.wheres
        for line in (where.getting_there, wording.and_list([one.text for one in where.access]))
        if line
    ]
    return Row("place", _("Where"), (*lines, *facts.other_ways), tuple(more))


def _address(where: Where) -> list[str]:
    postcode = (where.postcode or "").replace(" ", wording.NO_BREAK)
    address = _(", ").join(part for part in (where.name, where.lines, postcode) if part)
    return [line for line in (address, where.note) if line]


def _phone(details: Details) -> Row:
    lines, more = [], []
    for contact in details.contacts:
        lines += [phone.text for phone in contact.phones]
        more += [contact.hours] if contact.hours else []
    return Row("phone", _("Phone"), tuple(lines), tuple(more))


def _space(listing: Listing) -> Row:
    said = listing.service.space_said_at
    label = space.label(space.space_of(listing.service))
    if said is None or listing.service.space_state is None:
        return Row("space", _("Space"), (label,))
    day = wording.short_date(clock.local(said).date())
    return Row("space", _("Space"), (_("%(space)s, said %(day)s", space=label, day=day),))


def _told(row: Row) -> Row:
    return row if row.lines else Row(row.fact, row.label, (_("You have not told us."),), row.more)
