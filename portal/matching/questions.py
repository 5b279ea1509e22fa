"""What can be told of a person, as one table: pages draw it and read answers by it. Values are ids; only the place is typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from flask_babel.speaklater import LazyString

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import one_line
from portal.core.wording import KM_A_MILE
from portal.directory.asking import LONGEST_PLACE
from portal.directory.filters import BY_NAME, Value
from portal.geography.places import Place
from portal.matching.wanted import AGE_LABELS, AGES, GROUPS, Asker, Wanted

Kind = Literal["ticks", "select", "text"]
Params = Mapping[str, str | tuple[str, ...]]
MOST_NEEDS = 3
ASKED = "go"
"""The parameter that says that the form was sent: without it, answers only fill it."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "evening", "weekend")


@dataclass(frozen=True)
class Question:
    """One question. Every one but the first can be left alone. `part`: the heading that it stands under."""

    name: str
    title: LazyString
    kind: Kind
    part: Literal["help", "where", "who", "access", "practical"]
    values: tuple[Value, ...] = ()
    hint: LazyString | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its answers."""
        return tuple(value.id for value in self.values)


def _from(name: str, ids: Iterable[str] | None = None) -> tuple[Value, ...]:
    values = {value.id: value for value in BY_NAME[name].values}
    return tuple(values[one] for one in (ids or values))


def _any(label: LazyString, *values: Value) -> tuple[Value, ...]:
    return (Value("", label), *values)


QUESTIONS: tuple[Question, ...] = (
    Question("topic", _l("What would help?"), "ticks", "help", _from("topic"), _l("Choose up to 3.")),
    Question("near", _l("Postcode or place"), "text", "where", (), _l("Like LE2 0QB or Camden Town")),
    Question(
        "within", _l("How far would be all right?"), "select", "where",
        _any(_l("Any distance in the area"), *_from("within", ("1", "3", "5", "10"))),
    ),
    Question(
        "age", _l("Age"), "select", "who",
        _any(_l("Not said"), *(Value(one, label) for one, label in AGE_LABELS.items())),
    ),
    Question(
        "who", _l("About the person"), "ticks", "who",
        (Value("woman", _l("Woman")), Value("man", _l("Man")), *(Value(one, label) for one, label in GROUPS.items())),
        _l("Some groups are for certain people. Leave out what you would rather not say."),
    ),
    Question(
        "only", _l("Women only or men only"), "select", "who",
        _any(_l("Does not matter"), Value("women_only", _l("Women only")), Value("men_only", _l("Men only"))),
    ),
    Question(
        "access", _l("Getting in"), "ticks", "access",
        (*_from("access"), *_from("language", ("bsl",))),
        _l("Tick what is needed. Each counts by itself."),
    ),
    Question(
        "language", _l("Language"), "select", "access",
        _any(_l("English will do"), *(value for value in BY_NAME["language"].values if value.id != "bsl")),
    ),
    Question("when", _l("Days and times that suit"), "ticks", "practical", _from("when", DAYS), _l("None ticked: any.")),
    Question("how", _l("How it happens"), "ticks", "practical", _from("how"), _l("None ticked: any.")),
    Question(
        "cost", _l("Cost"), "select", "practical",
        _any(_l("Any cost"), Value("free", _l("Free, or by donation")), Value("low_cost", _l("Up to £5"))),
    ),
    Question(
        "ask", _l("Who will get in touch?"), "select", "practical",
        (
            Value("person", _l("The person, or family or friends")),
            Value("link_worker", _l("A link worker or another professional")),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What was chosen, by question, in the order of the table; the place as it was typed; which page of results."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    near: str = ""
    page: int = 1

    def of(self, name: str) -> tuple[str, ...]:
        """Values of one question."""
        return self.chosen.get(name, ())

    def one(self, name: str) -> str:
        """The value of a question with one answer; empty for none."""
        return next(iter(self.of(name)), "")

    def params(self, *, page: int = 1, near: str | None = None) -> Params:
        """The address of the results. `near` stands in for the place as it was typed."""
        said: dict[str, str | tuple[str, ...]] = {
            **self.chosen, "near": self.near if near is None else near, ASKED: "1", "page": str(page) if page > 1 else "",
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    def hidden(self) -> Params:
        """What a form carries on that shows another page: no place, which the record knows."""
        return {name: value for name, value in self.params(near="").items() if name != ASKED}


@dataclass(frozen=True)
class Asked:
    """One question as a page draws it: with its answers, and what is wrong with them."""

    question: Question
    chosen: tuple[str, ...] = ()
    typed: str = ""
    error: str | None = None

    @property
    def folds(self) -> list[tuple[str, list[Value], bool]]:
        """The values under each of their headings, and whether one of them is ticked; none where they have no headings."""
        found: dict[str, list[Value]] = {}
        for value in self.question.values:
            if value.group is not None:
                found.setdefault(str(value.group), []).append(value)
        return [(title, values, any(one.id in self.chosen for one in values)) for title, values in found.items()]


def read(args: Mapping[str, Sequence[str]], extra: Mapping[str, Sequence[str]] | None = None) -> Answers:
    """The answers that were sent. What is none of the values is left out. `extra`: values that are known beside the table's."""
    chosen: dict[str, tuple[str, ...]] = {}
    for question in QUESTIONS:
        known = {*question.ids, *(extra or {}).get(question.name, ())} - {""}
        values = tuple(dict.fromkeys(value for value in args.get(question.name, ()) if value in known))
        if values:
            chosen[question.name] = values if question.kind == "ticks" else values[:1]
    near = one_line(next(iter(args.get("near", ())), ""))[:LONGEST_PLACE]
    page = whole_number(next(iter(args.get("page", ())), ""), 5) or 1
    return Answers(chosen, near, page)


def wanted_of(answers: Answers, place: Place | None) -> Wanted:
    """Answers as the rules take them."""
    access, within = frozenset(answers.of("access")), answers.one("within")
    return Wanted(
        needs=answers.of("topic"),
        place=place,
        within_km=float(within) * KM_A_MILE if within else None,
        ages=AGES.get(answers.one("age")),
        are=frozenset(answers.of("who")),
        only=answers.one("only"),
        how=frozenset(answers.of("how")),
        access=access - {"bsl"},
        languages=frozenset(answers.of("language")),
        signs="bsl" in access,
        when=frozenset(answers.of("when")),
        most_cost=answers.one("cost"),
        asker=cast("Asker", answers.one("ask") or "person"),
    )


def problem_with_needs(answers: Answers, most: int = MOST_NEEDS) -> str | None:
    """What is wrong with the needs that were chosen: none, or too many to match at once."""
    count = len(answers.of("topic"))
    if not count:
        return _("Choose what would help")
    return _("Choose %(number)s at most", number=most) if count > most else None
