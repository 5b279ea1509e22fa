"""What partners are to a programme, what is agreed with them, and in what capacity is promised: tables. A new one is a row.

Keys are kept in the database and are never renamed. Recipe: docs/recipes/add-a-partner-role.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import comma_list


@dataclass(frozen=True)
class Rules:
    """What a role means. `leads`: one partner at most has it on a day, and it opens the programme to its organisation.

    `is_under`: whoever has it may say from which partner it has its work.
    """

    label: LazyString
    leads: bool = False
    is_under: bool = False


ROLES: dict[str, Rules] = {
    "lead-provider": Rules(_l("Lead provider"), leads=True),
    "subcontractor": Rules(_l("Subcontractor"), is_under=True),
    "grant-holder": Rules(_l("Grant holder"), is_under=True),
    "informal": Rules(_l("Informal partner")),
    "board": Rules(_l("Board member")),
}
LEADING = tuple(key for key, rules in ROLES.items() if rules.leads)

AGREEMENTS: dict[str, LazyString] = {
    "service": _l("Service agreement"),
    "grant": _l("Grant agreement"),
    "understanding": _l("Memorandum of understanding"),
    "information": _l("Information-sharing agreement"),
    "processing": _l("Data-processing agreement"),
    "protection": _l("Data protection impact assessment"),
}

UNITS: dict[str, LazyString] = {"places": _l("Places"), "sessions": _l("Sessions")}


def amount_words(unit: str, amount: int) -> str:
    """So much of a unit, in the reader's language: "20 places"."""
    if unit == "places":
        return str(ngettext("%(num)s place", "%(num)s places", amount))
    if unit == "sessions":
        return str(ngettext("%(num)s session", "%(num)s sessions", amount))
    return f"{amount:,} {UNITS.get(unit, unit)}"


def amounts_words(amounts: Mapping[str, int]) -> str:
    """What is promised, in one line: "60 places, 78 sessions"."""
    return comma_list([amount_words(unit, amounts[unit]) for unit in UNITS if unit in amounts])


def role_label(key: str) -> str:
    """A role's name, in the reader's language; of one that is in no table any more: its key."""
    rules = ROLES.get(key)
    return str(rules.label) if rules is not None else key


def agreement_label(key: str) -> str:
    """What kind of paper it is, in the reader's language."""
    return str(AGREEMENTS.get(key, key))
