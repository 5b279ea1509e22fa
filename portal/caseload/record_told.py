"""What a person told, in words, as rows of a label and what is said. What was not asked yet is called so.

A key that is missing in a person's documents was not asked; None was asked and not told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.caseload.record_codes import LONE_VISIT, WORDS_OF, YES_NO
from portal.codes import phones
from portal.codes.dates import age_group, age_on
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.filters import BY_NAME
from portal.directory.languages import name_of
from portal.directory.needs import NEEDS
from portal.people import saying
from portal.people.items import AGE_GROUPS, FORMATS
from portal.people.models import Person

NOT_ASKED = _l("Not asked yet")
NOT_TOLD = _l("Asked, not told")
NOTHING = _l("Asked, nothing needed")


@dataclass(frozen=True)
class Said:
    """One row. `is_grave`: bold and dark red, for what must not be overlooked. `is_open`: not asked yet."""

    label: str
    words: str
    is_grave: bool = False
    is_open: bool = False
    is_number: bool = False


def age_of(person: Person) -> str:
    """About how old they are: "60 to 69"."""
    if person.birth_date:
        return age_group(date.fromisoformat(person.birth_date), clock.today())
    return str(AGE_GROUPS[person.age_group]) if person.age_group in AGE_GROUPS else str(NOT_ASKED)


def born_of(person: Person) -> str | None:
    """ "27 March 1964, 62 years old"; None where it is not known."""
    if not person.birth_date:
        return None
    born = date.fromisoformat(person.birth_date)
    years = age_on(born, clock.today())
    return str(ngettext("%(day)s, %(num)s year old", "%(day)s, %(num)s years old", years, day=wording.full_date(born)))


def area_of(person: Person) -> str:
    """Where they live, roughly: "LE2 0"."""
    if (person.details or {}).get("no_fixed_abode"):
        return _("No fixed address")
    if not person.postcode:
        return str(NOT_ASKED)
    outward, _space, inward = person.postcode.partition(" ")
    return f"{outward} {inward[:1]}".strip()


def interpreter_of(person: Person) -> str:
    """The language that an interpreter is needed for, or that none is."""
    access = person.access or {}
    if "interpreter" not in access:
        return str(NOT_ASKED)
    return (
        name_of(access["language"])
        if access["interpreter"] and access.get("language")
        else _yes_no(access["interpreter"])
    )


def needs_of(person: Person) -> list[str]:
    """What would help, as labels."""
    return [str(NEEDS[need].label) for need in person.needs or () if need in NEEDS]


def may_leave_message(person: Person) -> bool | None:
    """Whether a message may be left on their phone. None: not known, which is no."""
    told: bool | None = (person.contact or {}).get("voicemail")
    return told


def contact_rows(person: Person) -> list[Said]:
    """How to reach them safely."""
    contact = person.contact or {}
    rows = [_ways(contact)]
    if person.do_not_contact:
        rows.insert(
            0, Said(_("Do not contact"), person.do_not_contact_reason or _("Nobody may write to or ring them."), True)
        )
    for key, label in (("phone", _l("Phone")), ("textphone", _l("Textphone"))):
        if contact.get(key):
            rows.append(Said(str(label), phones.shown(contact[key]), is_number=True))
    if contact.get("email"):
        rows.append(Said(_("E-mail"), contact["email"], is_number=True))
    rows.append(_message(contact))
    if contact.get("address"):
        rows.append(Said(_("Address"), contact["address"]))
    rows.append(_said(_l("Letters"), contact, "plain_letters", _letters))
    if contact.get("bad_times"):
        rows.append(Said(_("Not at these times"), contact["bad_times"]))
    return rows


def access_rows(person: Person) -> list[Said]:
    """Language and what makes it easier to take part."""
    access = person.access or {}
    return [
        _said(_l("Language"), access, "language", lambda code: _language(code, access.get("interpreter"))),
        _said(_l("Getting in"), access, "getting_in", lambda ids: _labels(ids, BY_NAME["access"].label_of), NOTHING),
        _said(
            _l("Format"), access, "formats", lambda ids: _labels(ids, lambda one: str(FORMATS.get(one, one))), NOTHING
        ),
        _said(_l("Communication"), access, "communication", str, NOTHING),
        _said(_l("What else helps"), access, "adjustments", _adjustments, NOTHING),
    ]


def asked_rows(person: Person, shared_with: Iterable[str]) -> list[Said]:
    """The five steps of the accessible information standard: asked, recorded (above), flagged, shared, reviewed."""
    access = person.access or {}
    names = list(shared_with)
    rows = [_said(_l("Last asked"), access, "asked_on", lambda day: wording.full_date(date.fromisoformat(day)))]
    if any(access.get(key) for key in ("interpreter", "formats", "communication", "adjustments", "getting_in")):
        rows.append(Said(_("Flagged"), _("On this record and on each referral")))
    rows.append(Said(_("Shared with"), wording.and_list(names) if names else _("Nobody yet")))
    if access.get("review_on"):
        due = date.fromisoformat(access["review_on"])
        words = (
            wording.month(due) if due > clock.today() else _("Now: it was due in %(month)s", month=wording.month(due))
        )
        rows.append(Said(_("Ask again by"), words, due <= clock.today()))
    return rows


def risk_rows(person: Person) -> list[Said]:
    """What keeps the person and those who visit safe."""
    details = person.details or {}
    return [
        _said(_l("Risk to workers"), details, "risk_to_worker", str),
        _said(_l("Visiting alone"), details, "lone_visit", lambda told: str(LONE_VISIT.get(told, told))),
        _said(_l("Known triggers"), details, "triggers", str),
    ]


def detail_rows(person: Person) -> list[Said]:
    """What else the standard asks for, as codes in words. Codes of lists are read by one statement a list."""
    details = person.details or {}
    return [_said(label, details, key, words) for key, (label, words) in WORDS_OF.items()]


def _ways(contact: Mapping[str, Any]) -> Said:
    ways = saying.ways_told(contact.get("ways"))
    if not ways:
        return Said(_("Best way"), str(NOT_ASKED), is_open=True)
    times = contact.get("best_times")
    return Said(_("Best way"), _("%(ways)s, %(times)s", ways=ways, times=saying.within(times)) if times else ways)


def _message(contact: Mapping[str, Any]) -> Said:
    label = _("Leave a message?")
    told = contact.get("voicemail")
    if told is None:
        return Said(label, _("Not asked yet. Do not leave voicemail"), True, True)
    return Said(label, _("Yes") if told else _("No. Do not leave voicemail"), not told)


def _letters(told: Any) -> str:
    return _("Yes, plain envelope") if told else _("Any envelope")


def _language(code: str, interpreter: bool | None) -> str:
    name = name_of(code)
    return _("%(language)s. Interpreter needed", language=name) if interpreter else name


def _labels(ids: Iterable[str], label: Any) -> str:
    return wording.and_list([str(label(one)) for one in ids])


def _adjustments(told: Any) -> str:
    return told if isinstance(told, str) else wording.and_list([str(one) for one in told])


def _yes_no(told: Any) -> str:
    return str(YES_NO["yes" if told else "no"])


def _said(label: LazyString, held: Mapping[str, Any], key: str, words: Any, nothing: LazyString = NOT_TOLD) -> Said:
    if key not in held:
        return Said(str(label), str(NOT_ASKED), is_open=True)
    told = held[key]
    if told is None or told in ("", [], ()):
        return Said(str(label), str(nothing))
    return Said(str(label), words(told))
