"""Numbers for urgent help: read from the one data file, checked when they are read, and said in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import yaml
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from portal.core import clock
from portal.geography.places import Nation

PATH = Path(__file__).parent / "data" / "helplines.yaml"
NATIONS: tuple[Nation, ...] = get_args(Nation)
KINDS = ("emergency", "mental_health", "abuse", "safeguarding_child", "safeguarding_adult", "homelessness")
"""What urgent help can be about, worst first."""
LONGEST_TRUSTED = timedelta(days=93)
"""Three months, until a number is checked again."""

WHAT: Mapping[str, tuple[LazyString, ...]] = MappingProxyType(
    {
        "emergency": (_l("Ambulance, police and fire."),),
        "press_55": (),
        "relay_uk": (),
        "bsl_999": (),
        "nhs_111_england": (_l("Mental health crisis line for England."),),
        "nhs_111_wales": (_l("Mental health crisis line for Wales."),),
        "nhs_111_scotland": (_l("Ask for the mental health hub."),),
        "lifeline": (_l("Crisis helpline for Northern Ireland."),),
        "samaritans": (_l("You do not have to give your name."),),
        "samaritans_welsh": (_l("In Welsh."),),
        "shout": (_l("If you would rather not speak."),),
        "call_wales": (_l("Mental health helpline for Wales."),),
        "breathing_space": (_l("Mental health helpline for Scotland."),),
        "domestic_abuse_england": (_l("Domestic abuse, in England."),),
        "live_fear_free": (_l("Domestic abuse and sexual violence, in Wales."),),
        "domestic_abuse_scotland": (_l("Domestic abuse and forced marriage, in Scotland."),),
        "domestic_abuse_northern_ireland": (_l("Domestic and sexual abuse, in Northern Ireland."),),
        "domestic_abuse_men": (_l("Domestic abuse, if you are a man."),),
        "rape_crisis": (_l("Rape and sexual abuse."),),
        "childline": (_l("If you are under 19."),),
        "nspcc": (_l("If you are worried about a child."),),
        "hourglass": (_l("Harm or abuse of older people."),),
        "streetlink": (_l("Say where somebody is sleeping rough, so that local teams can find them."),),
    }
)
"""What each line is, in whole sentences, by the id of the data file."""

FOOT = ("emergency", "nhs_111_england", "nhs_111_wales", "nhs_111_scotland", "lifeline", "samaritans", "shout")
"""What stands in the foot of everything that is printed."""


class HelplineProblem(ValueError):
    """The data file of helplines says something that cannot be."""


@dataclass(frozen=True)
class Helpline:
    """One way to get help now. `call` and `text` are numbers as people read them; `press` is a key on the phone.

    `option` is what to choose when the line answers, `word` what to text. `vouched`: its source vouches for it.
    """

    id: str
    name: str
    nations: frozenset[Nation]
    kinds: frozenset[str]
    source: str
    call: str | None = None
    option: str | None = None
    text: str | None = None
    word: str | None = None
    press: str | None = None
    hours: str | None = None
    vouched: bool = False
    last_checked: date | None = None
    next_check: date | None = None

    @property
    def number(self) -> str:
        """The number that is called or texted; empty where there is none."""
        return self.call or self.text or ""

    @property
    def href(self) -> str | None:
        """Where a link on the number leads: a call, or a message with its word already written."""
        if self.call:
            return f"tel:{_digits(self.call)}"
        return f"sms:{_digits(self.text)}?&body={self.word or ''}" if self.text else None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it is and when it answers, in the reader's language."""
        always = (_("Any time, free."),) if self.hours == "always" else ()
        return (*always, *(str(sentence) for sentence in WHAT[self.id]))

    @property
    def detail(self) -> str:
        """What to do besides calling the number, then what it is, as one text."""
        to_do = [_("Choose option %(option)s.", option=self.option)] if self.option else []
        to_do += [_("Text %(word)s to this number.", word=self.word)] if self.word else []
        return " ".join((*to_do, *self.sentences))

    def is_signed(self, today: date) -> bool:
        """True if somebody has checked the number in time, or if its source vouches for it and no check fell due."""
        if self.next_check is None:
            return self.vouched
        return self.last_checked is not None and today <= self.next_check


@dataclass(frozen=True)
class FootNumber:
    """One part of the foot of a leaflet: whom one reaches, and how."""

    label: str
    text: Markup


@cache
def helplines() -> Mapping[str, Helpline]:
    """Every helpline by its id, in the order of the file."""
    return MappingProxyType({line.id: line for line in loaded(PATH)})


def loaded(path: Path) -> tuple[Helpline, ...]:
    """The helplines of a file. Raises HelplineProblem, with the id, for what cannot be."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list) or not rows:
        raise HelplineProblem(f"{path.name} holds no list of helplines")
    lines = tuple(_helpline(row) for row in rows)
    ids = [line.id for line in lines]
    for twice in {one for one in ids if ids.count(one) > 1}:
        raise HelplineProblem(f"{twice}: stands twice")
    return lines


def unsigned_helplines(today: date | None = None) -> tuple[Helpline, ...]:
    """Helplines that nobody has signed as checked, and those whose next check is overdue."""
    on = today or clock.today()
    return tuple(line for line in helplines().values() if not line.is_signed(on))


def helplines_for(kind: str, nation: str | None = None) -> tuple[Helpline, ...]:
    """The helplines of one kind of danger in a nation; England's where the nation is not known. 999 is not among them."""
    where = nation if nation in NATIONS else "england"
    return tuple(
        line for line in helplines().values() if kind in line.kinds and where in line.nations and line.id != "emergency"
    )


def foot_numbers(nation: str | None = None) -> tuple[FootNumber, ...]:
    """What the foot of a leaflet says: life in danger, a mental health crisis, somebody to talk to."""
    where = nation if nation in NATIONS else "england"
    lines = [helplines()[line_id] for line_id in FOOT]
    return tuple(FootNumber(_foot_label(line), _foot_text(line)) for line in lines if where in line.nations)


def _foot_label(line: Helpline) -> str:
    if line.id == "emergency":
        return _("If your life is in danger")
    return _("In a mental health crisis") if line.id.startswith("nhs_111") else line.name


def _foot_text(line: Helpline) -> Markup:
    number = isolated(line.number)
    if line.option:
        return put(_("call %(number)s, option %(option)s"), number=number, option=isolated(line.option))
    if line.text:
        return put(_("text %(word)s to %(number)s"), number=number, word=isolated(line.word or ""))
    return put(_("call %(number)s"), number=number)


def isolated(number: str) -> Markup:
    """A number that reads from left to right in any language."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(number)


def linked(line: Helpline) -> Markup:
    """The number of a helpline as a link that calls it; a key on the phone is no link."""
    if line.href is None:
        return isolated(line.press or line.name)
    return Markup('<a href="{}">{}</a>').format(line.href, isolated(line.number))


def put(sentence: str, **parts: Markup) -> Markup:
    """A sentence with links and numbers in their places."""
    return escape(sentence) % parts


def _digits(number: str | None) -> str:
    return "".join(letter for letter in number or "" if letter.isdigit())


def _helpline(row: Mapping[str, Any]) -> Helpline:
    try:
        line = Helpline(**{**row, "nations": frozenset(row["nations"]), "kinds": frozenset(row["kinds"])})
    except (KeyError, TypeError) as problem:
        raise HelplineProblem(f"{row.get('id', 'a helpline')}: {problem}") from problem
    for sentence in _problems(line):
        raise HelplineProblem(f"{line.id}: {sentence}")
    return line


def _problems(line: Helpline) -> list[str]:
    """What is wrong with a helpline, in plain words."""
    found = [
        f"{name} must be written in quotes" for name in ("call", "text", "press", "option") if _is_no_text(line, name)
    ]
    if found:
        return found
    checks = {
        "has no words in portal/directory/helplines.py": line.id in WHAT,
        "has no name or no source": bool(line.name and line.source),
        "has a number without digits": all(
            _digits(one) for one in (line.call, line.text, line.press) if one is not None
        ),
        "names a nation that is none": bool(line.nations) and line.nations <= set(NATIONS),
        "names a kind that is none": line.kinds <= set(KINDS),
        "texts a word to nowhere": line.word is None or line.text is not None,
        "has hours that are not understood": line.hours in {None, "always"},
        "needs both dates of a check, or neither": (line.last_checked is None) == (line.next_check is None),
    }
    if line.last_checked and line.next_check:
        checks["is to be checked before it was checked"] = line.last_checked < line.next_check
        checks["was checked on a day that has not come"] = line.last_checked <= clock.today()
        checks["is to be checked later than three months on"] = line.next_check - line.last_checked <= LONGEST_TRUSTED
    return [sentence for sentence, holds in checks.items() if not holds]


def _is_no_text(line: Helpline, name: str) -> bool:
    value = getattr(line, name)
    return value is not None and not isinstance(value, str)
