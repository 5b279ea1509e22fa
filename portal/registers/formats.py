"""The public registers that we read, as a table: where each fact stands in the extract that is published.

A new register is a row. Sources: Charity Commission for England and Wales, "Full register download", table Charity; Scottish
Charity Regulator, charity register download; Charity Commission for Northern Ireland, charity search as CSV; Companies
House, "Free company data product"; Financial Conduct Authority, Mutuals Public Register as CSV.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line, plain
from portal.registers import numbers

Row = Mapping[str, Any]
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9][A-Z]{2})\b")
EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y", "%d %B %Y")
NOTHING = frozenset({"", "null", "none", "n/a", "\\n"})
LONGEST = {"name": 250, "status": 60, "email": 254, "phone": 60, "website": 500, "activities": 2_000, "line": 200}


@dataclass(frozen=True)
class Columns:
    """Names of columns, in small letters. Where there are several, all that hold something count (an address) or the first."""

    number: tuple[str, ...]
    name: tuple[str, ...]
    status: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    postcode: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    website: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Register:
    """One public register. `removed_words`: what its status says of a body that stands in it no more."""

    id: str
    scheme: str
    label: LazyString
    number: Callable[[str], str | None]
    columns: Columns
    removed_words: frozenset[str] = field(default_factory=frozenset)


def _address(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{place}" for place in range(1, count + 1))


REGISTERS = {
    one.id: one
    for one in (
        Register(
            "charity-england-wales", "GB-CHC", _l("Charity Commission for England and Wales"), numbers.charity,
            Columns(
                number=("registered_charity_number",), linked=("linked_charity_number",), name=("charity_name",),
                status=("charity_registration_status",), removed=("date_of_removal",),
                address=_address("charity_contact_address", 5), postcode=("charity_contact_postcode",),
                phone=("charity_contact_phone",), email=("charity_contact_email",), website=("charity_contact_web",),
                activities=("charity_activities",),
            ),
            frozenset({"removed"}),
        ),
        Register(
            "charity-scotland", "GB-SC", _l("Scottish Charity Regulator"), numbers.scottish_charity,
            Columns(
                number=("charity number",), name=("charity name",), status=("charity status",),
                removed=("ceased date", "removed date"), address=("principal office/trustees address",),
                postcode=("postcode",), website=("website",), activities=("objectives", "activities"),
            ),
            frozenset({"removed", "ceased", "deregistered"}),
        ),
        Register(
            "charity-northern-ireland", "GB-NIC", _l("Charity Commission for Northern Ireland"), numbers.northern_charity,
            Columns(
                number=("reg charity number",), linked=("sub charity number",), name=("charity name",), status=("status",),
                removed=("date removed",), address=("public address",), phone=("telephone",), email=("email",),
                website=("website",), activities=("how the charity works", "what the charity does"),
            ),
            frozenset({"removed"}),
        ),
        Register(
            "companies-house", "GB-COH", _l("Companies House"), numbers.company,
            Columns(
                number=("companynumber",), name=("companyname",), status=("companystatus",), removed=("dissolutiondate",),
                address=("regaddress.addressline1", "regaddress.addressline2", "regaddress.posttown", "regaddress.county"),
                postcode=("regaddress.postcode",),
            ),
            frozenset({"dissolved", "converted/closed", "closed", "removed"}),
        ),
        Register(
            "mutuals", "GB-MPR", _l("Mutuals Public Register"), numbers.society,
            Columns(
                number=("full registration number", "full registation number"), name=("society name",),
                status=("society status",), removed=("deregistration date",), address=("society address",),
            ),
            frozenset({"deregistered"}),
        ),
    )
}  # fmt: skip
BY_SCHEME = {one.scheme: one for one in REGISTERS.values()}


@dataclass(frozen=True)
class Told:
    """What a row of an extract says of one body. `postcode` is as people write it."""

    number: str
    name: str
    status: str | None
    removed_on: date | None
    is_removed: bool
    postcode: str | None
    address: tuple[str, ...]
    phone: str | None
    email: str | None
    website: str | None
    activities: str | None


class Unusable(Exception):
    """Why a row cannot be taken, in a few words."""


def told(register: Register, row: Row) -> Told:
    """What a row says. Keys of the row are in small letters. Raises Unusable."""
    columns = register.columns
    number = _number(register, row)
    name = _first(row, columns.name, LONGEST["name"])
    if not name:
        raise Unusable("it has no name")
    status = _first(row, columns.status, LONGEST["status"])
    removed_on = _date(_first(row, columns.removed, 40))
    lines = _lines(row, columns.address)
    code = POSTCODE.search((_first(row, columns.postcode, 20) or ", ".join(lines)).upper())
    postcode = f"{code[1]} {code[2]}" if code else None
    email = _first(row, columns.email, LONGEST["email"])
    return Told(
        number=number,
        name=name,
        status=status,
        removed_on=removed_on,
        is_removed=removed_on is not None or (status or "").casefold() in register.removed_words,
        postcode=postcode,
        address=tuple(line for line in lines if line.upper().replace(" ", "") != (postcode or "").replace(" ", "")),
        phone=_first(row, columns.phone, LONGEST["phone"]),
        email=email if email and EMAIL.fullmatch(email) else None,
        website=_first(row, columns.website, LONGEST["website"]),
        activities=_first(row, columns.activities, LONGEST["activities"]),
    )


def _number(register: Register, row: Row) -> str:
    typed = _first(row, register.columns.number, 40)
    linked = _first(row, register.columns.linked, 10)
    if typed and linked and linked.isascii() and linked.isdecimal() and int(linked):
        typed = f"{typed}-{linked}"
    number = register.number(typed) if typed else None
    if number is None:
        raise Unusable("it has no number of this register")
    return number


def _first(row: Row, columns: tuple[str, ...], longest: int) -> str | None:
    for column in columns:
        value = row.get(column)
        text = one_line(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
        if text.casefold() not in NOTHING:
            return text[:longest]
    return None


def _lines(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of an address: each column one, or one column that holds them all between commas."""
    parts = [plain(str(row.get(column) or "")) for column in columns]
    if len(columns) == 1:
        parts = re.split(r",|\n", parts[0])
    whole = (one_line(part)[: LONGEST["line"]] for part in parts)
    return tuple(part for part in whole if part.casefold() not in NOTHING)[:6]


def _date(text: str | None) -> date | None:
    """A day in any of the ways that the registers write one. None where there is none."""
    day = (text or "").partition("T")[0].strip()
    day = day.partition(" ")[0] if re.match(r"\d{4}-|\d{2}/", day) else day
    for shape in DATES:
        try:
            return datetime.strptime(day, shape).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None
