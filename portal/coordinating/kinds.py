"""What a question to groups can ask for, as a table: how an answer is read, kept and shown. A new kind is a row.

An answer is kept as text: a key, the number of a choice, digits, plain words, or, for space, a JSON object of states by listing.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.core import wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number

LONGEST_WORDS = 500
MOST_CHOICES, LEAST_CHOICES, LONGEST_CHOICE = 8, 2, 80
DIGITS = 6
"""Of a number: no group has a million of anything."""
YES_NO: dict[str, LazyString] = {"yes": _l("Yes"), "no": _l("No")}
SPACE: dict[str, LazyString] = {
    "space": _l("Space now"), "waiting": _l("There is a wait"), "full": _l("Full now"),
}  # fmt: skip
"""The answers that `portal.assurance.answering` takes."""
Names = Mapping[str, str]
"""Names of listings by their ids as text; empty where the kind needs none."""


@dataclass(frozen=True)
class Kind:
    """One kind of question. `shown`: an answer in words, of its value, the choices and names of listings.

    `summed`: lines about several answers, most often given first.
    """

    label: LazyString
    hint: LazyString
    shown: Callable[[str, Sequence[str], Names], list[str]]
    summed: Callable[[Sequence[str], Sequence[str]], list[tuple[str, str]]]


def _yes_no(value: str, _choices: Sequence[str], _names: Names) -> list[str]:
    return [str(YES_NO[value])] if value in YES_NO else []


def _choice(value: str, choices: Sequence[str], _names: Names) -> list[str]:
    number = whole_number(value)
    return [choices[number]] if number is not None and number < len(choices) else []


def _number(value: str, _choices: Sequence[str], _names: Names) -> list[str]:
    number = whole_number(value, DIGITS)
    return [f"{number:,}"] if number is not None else []


def _words(value: str, _choices: Sequence[str], _names: Names) -> list[str]:
    return [value]


def _space(value: str, _choices: Sequence[str], names: Names) -> list[str]:
    told = states_of(value)
    return [
        _("%(listing)s: %(words)s", listing=names.get(one) or _("A listing that is gone"), words=str(SPACE[state]))
        for one, state in told.items()
    ]


def _count(label: Callable[[str], str]) -> Callable[[Sequence[str], Sequence[str]], list[tuple[str, str]]]:
    def summed(values: Sequence[str], _choices: Sequence[str]) -> list[tuple[str, str]]:
        return [(label(value), _groups(count)) for value, count in Counter(values).most_common()]

    return summed


def _sum_choices(values: Sequence[str], choices: Sequence[str]) -> list[tuple[str, str]]:
    counted = Counter(values)
    ranked = sorted(range(len(choices)), key=lambda number: -counted[str(number)])
    return [(choices[number], _groups(counted[str(number)])) for number in ranked]


def _sum_numbers(values: Sequence[str], _choices: Sequence[str]) -> list[tuple[str, str]]:
    numbers = sorted(number for value in values if (number := whole_number(value, DIGITS)) is not None)
    if not numbers:
        return []
    middle = Decimal(numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
    return [
        (_("In all"), f"{sum(numbers):,}"),
        (_("The one in the middle"), f"{middle.normalize():,f}"),
        (_("Least and most"), _("%(least)s to %(most)s", least=f"{numbers[0]:,}", most=f"{numbers[-1]:,}")),
    ]


def _sum_space(values: Sequence[str], _choices: Sequence[str]) -> list[tuple[str, str]]:
    counted = Counter(state for value in values for state in states_of(value).values())
    return [
        (str(SPACE[state]), ngettext("%(num)s listing", "%(num)s listings", count))
        for state, count in counted.most_common()
    ]


def _groups(count: int) -> str:
    return ngettext("%(num)s group", "%(num)s groups", count)


KINDS: dict[str, Kind] = {
    "yes-no": Kind(_l("Yes or no"), _l("Like “Can you help with the leaflet drop?”"), _yes_no,
                   _count(lambda value: str(YES_NO.get(value, value)))),
    "choice": Kind(_l("One of your own answers"), _l("You write 2 to 8 answers, and each group chooses one"), _choice,
                   _sum_choices),
    "number": Kind(_l("A number"), _l("Like “How many volunteers do you have?”"), _number, _sum_numbers),
    "words": Kind(_l("A few words"), _l("Like “What would help you most this winter?”"), _words, lambda _v, _c: []),
    "space": Kind(_l("Space in their listings"), _l("Each group says it for each of its listings, which show it at once"),
                  _space, _sum_space),
}  # fmt: skip


def kind_label(kind: str) -> str:
    """What a kind is called, in the reader's language."""
    return str(KINDS[kind].label)


def states_of(value: str) -> dict[str, str]:
    """Of an answer about space: states by the ids of listings. Empty where it is none."""
    try:
        told = json.loads(value)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(one): str(state) for one, state in told.items() if state in SPACE}


def in_one_line(lines: Sequence[str]) -> str:
    """What an answer says, on one line."""
    return wording.comma_list([" ".join(line.split()) for line in lines])
