"""Why a result is here and stands where it does, for staff: the parts of its score in plain sentences, and as data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from flask_babel import format_decimal, ngettext

from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.wording import KM_A_MILE, and_list, comma_list
from portal.directory import freshness, space
from portal.directory.examples import speaking_for
from portal.directory.filters import BY_NAME
from portal.directory.indexing import MOST_DEMERIT
from portal.directory.lexicon import lines_in
from portal.directory.listings import Listing
from portal.directory.needs import NEEDS
from portal.directory.understanding import Understanding
from portal.search.current import engine
from portal.search.port import Gain, IndexUnavailable, Query, Sort, Why
from portal.search.weights import WEIGHTS

MOST_LINES: Final = 3
"""Lines of the lexicon that are told for one need."""
First = Literal["", "filters", "remote"]


@dataclass(frozen=True)
class Question:
    """A question that put results on the page. `first`: why its results stand before those of the next.

    `filters`: what they say that the others do not.
    """

    query: Query
    first: First = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """What in the words spoke for a need: lines of the lexicon, taught words and pieces, its name, or words of danger."""

    lines: tuple[str, ...] = ()
    taught: tuple[str, ...] = ()
    is_named: bool = False
    is_danger: bool = False


@dataclass(frozen=True)
class Lowered:
    """One reason to stand lower: the state of space or freshness, what that is in words, and how many steps it takes."""

    state: str
    label: str
    steps: int


@dataclass(frozen=True)
class Explained:
    """Why one result is here. `read`: need to what spoke for it."""

    why: Why
    question: Question
    read: Mapping[str, Evidence]
    lowered: tuple[Lowered, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Headings, each with its sentences. What plays no part is left out."""
        found = (
            (_("Words"), tuple(_words(self.why))),
            (_("Need"), tuple(_needs(self.why, self.read))),
            (_("Meaning"), tuple(_meaning(self.why))),
            (_("Distance"), tuple(_distance(self.why))),
            (_("Next session"), (_session(self.why),)),
            (_("Stands lower because"), tuple(_lower(self.why, self.lowered))),
            (_("Together"), tuple(_together(self.why, self.question))),
        )
        return tuple((title, sentences) for title, sentences in found if sentences)

    @property
    def sum(self) -> str:
        """The score as it is worked out: a formula of figures."""
        why = self.why
        fit = f"({_sum_of(why.words)} + {_sum_of(why.topics)})"
        fit = fit if why.words_share == 1 else f"{fit} × {_figure(why.words_share)}"
        whole = "1" if why.asked_nothing else f"({fit} + {_points(why.meaning)})"
        shares = (why.distance_share, why.soon_share, why.demerit_share)
        return " × ".join((whole, *map(_figure, shares))) + f" = {_figure(why.score)}"

    def as_data(self) -> dict[str, Any]:
        """The same for programs. Numbers are not rounded."""
        return {
            **asdict(self.why),
            "leads": list(self.why.leads),
            "words": [{"part": one.part, "gain": one.gain} for one in self.why.words],
            "topics": [
                {**asdict(one), "read_from": _evidence_data(self.read.get(one.part))} for one in self.why.topics
            ],
            "lowered": [{"reason": one.state, "steps": one.steps} for one in self.lowered],
            "first_by": self.question.first or None,
        }


def explained(
    questions: Sequence[Question], shown: Sequence[Listing], read: Mapping[str, Evidence]
) -> dict[UUID, Explained]:
    """Why each listing is here, by the first question that it answers; nothing where the index cannot be read.

    Nothing of one whose places may not be known any more, as long as the index still knows how far they are.
    """
    found: dict[UUID, Explained] = {}
    for question in questions:
        left = [one for one in shown if one.id not in found]
        try:
            whys = engine().explain(question.query, [str(one.id) for one in left])
        except IndexUnavailable:
            return {}
        for one in left:
            why = whys.get(str(one.id))
            if why is not None and (why.journey != "known" or any(venue.point for venue in one.visited)):
                found[one.id] = Explained(why, question, read, tuple(lowered(one)))
    return found


def evidence(words: str, understanding: Understanding, needs: Sequence[str]) -> dict[str, Evidence]:
    """What in the words spoke for each of these needs."""
    lines = lines_in(words)
    return {
        need: Evidence(
            lines=lines.get(need, ())[:MOST_LINES],
            taught=() if understanding.urgent else speaking_for(words, need),
            is_named=need in understanding.sure and need not in lines and not understanding.urgent,
            is_danger=bool(understanding.urgent) and need not in lines,
        )
        for need in needs
        if need in NEEDS
    }


def lowered(listing: Listing) -> Iterator[Lowered]:
    """What a listing stands lower for, as far as it is known today."""
    said, fresh = space.space_of(listing.service), freshness.of_listing(listing)
    if steps := space.SINKS[said.state]:
        yield Lowered(said.state, SPACE_SAID[said.state](), steps)
    if steps := freshness.SINKS[fresh.state]:
        yield Lowered(fresh.state, _freshness_said(fresh), steps)


SPACE_SAID: Final[Mapping[str, Callable[[], str]]] = {
    "wait": lambda: _("There is a wait"),
    "full": lambda: _("It is full"),
    "paused": lambda: _("It takes no new people now"),
}


def _freshness_said(fresh: freshness.Freshness) -> str:
    if fresh.state == "doubted":
        return _("Somebody told us that it may be wrong")
    if fresh.on is None:
        return _("We have not checked it yet")
    today = clock.today()
    months = (today.year - fresh.on.year) * 12 + today.month - fresh.on.month - (today.day < fresh.on.day)
    return str(ngettext("Not checked for %(num)s month", "Not checked for %(num)s months", months))


def _words(why: Why) -> Iterator[str]:
    if why.asked_nothing:
        yield _("Nothing was asked for, so all fit alike.")
    found, missing = [one for one in why.words if one.gain], [one.part for one in why.words if not one.gain]
    if found:
        told = [_("“%(word)s” adds %(points)s", word=one.part, points=_points(one.gain)) for one in found]
        yield _("Found: %(words)s.", words=comma_list(told))
    if missing:
        yield _("Not found: %(words)s.", words=_quoted(missing))
    if why.is_partial and found:
        yield _("Only some of the words were found, so they count for %(share)s in 100.", share=_share(why.words_share))
    elif why.is_partial:
        yield _("None of the words was found. It follows the others because its meaning is near.")


def _needs(why: Why, read: Mapping[str, Evidence]) -> Iterator[str]:
    for one in why.topics:
        if one.gain:
            yield _(
                "%(need)s, %(sure)s in 100 sure: adds %(points)s.",
                need=_label(one.part),
                sure=_share(one.certainty),
                points=_points(one.gain),
            )
            yield from _read_from(read.get(one.part, Evidence()))
    if lacking := [_label(one.part) for one in why.topics if not one.gain]:
        yield _("Not labelled with: %(needs)s.", needs=comma_list(lacking))


def _read_from(seen: Evidence) -> Iterator[str]:
    if seen.is_danger:
        yield _("Read from words of danger.")
    if seen.is_named:
        yield _("Read from its name.")
    if seen.lines:
        yield _("Read from our lists: %(lines)s.", lines=_quoted(map(_readable, seen.lines)))
    if seen.taught:
        yield _("By what we taught, these speak for it most: %(words)s.", words=_quoted(seen.taught))


def _meaning(why: Why) -> Iterator[str]:
    if why.meaning:
        yield _("%(share)s in 100 alike: adds %(points)s.", share=_share(why.likeness), points=_points(why.meaning))
    elif why.likeness and not why.asked_nothing:
        share, least = _share(max(why.likeness, 0.0)), _share(WEIGHTS.alike_from)
        yield _("%(share)s in 100 alike. It counts from %(least)s on.", share=share, least=least)


def _distance(why: Why) -> Iterator[str]:
    told = {"miles": _points(why.kilometres / KM_A_MILE), "share": _share(why.distance_share)}
    if why.journey == "known":
        yield _("%(miles)s miles away: %(share)s in 100 is left.", **told)
    elif why.journey == "none":
        yield _("No journey is needed. That counts as %(miles)s miles: %(share)s in 100 is left.", **told)
    else:
        yield _("Nobody said where they are. That counts as %(miles)s miles: %(share)s in 100 is left.", **told)


def _session(why: Why) -> str:
    days = WEIGHTS.soon_days
    if why.is_soon:
        return _("Within %(days)s days: %(share)s in 100 more.", days=days, share=_share(why.soon_share - 1))
    return _("None that we know of within %(days)s days: adds nothing.", days=days)


def _lower(why: Why, reasons: Sequence[Lowered]) -> Iterator[str]:
    for one in reasons:
        taken = _share(one.steps * WEIGHTS.demerit)
        yield _("%(reason)s: %(share)s in 100 less.", reason=one.label, share=taken)
    if min(sum(one.steps for one in reasons), MOST_DEMERIT) != why.demerit:
        yield _("As it is indexed now, %(share)s in 100 is left.", share=_share(why.demerit_share))


def _together(why: Why, question: Question) -> Iterator[str]:
    if why.leads:
        yield _("Among the first, as the best for: %(needs)s.", needs=comma_list([_label(one) for one in why.leads]))
    if question.first == "remote":
        yield _("Before others, because it is online or by phone and nobody said where they are.")
    elif question.first == "filters":
        values = [BY_NAME[name].label_of(one) for name, several in question.filters.items() for one in several]
        yield _("Before others, because it says: %(filters)s.", filters=and_list(values))
    if why.is_partial:
        yield _("After all that have the words or a need.")
    if question.query.sort != "best":
        yield SORTED[question.query.sort]()


SORTED: Final[Mapping[Sort, Callable[[], str]]] = {
    "nearest": lambda: _("The nearest come first. The points only settle what is equally near."),
    "soonest": lambda: _("What happens soonest comes first. The points only settle what happens at the same time."),
    "checked": lambda: _("What was checked last comes first. The points only settle what was checked on the same day."),
}


def _evidence_data(seen: Evidence | None) -> dict[str, Any]:
    told = asdict(seen or Evidence())
    return {**told, "lines": list(told["lines"]), "taught": list(told["taught"])}


def _quoted(words: Iterable[str]) -> str:
    return comma_list([_("“%(word)s”", word=one) for one in words])


def _readable(line: str) -> str:
    """A line of the lexicon without its signs for "or" and "whatever"."""
    return line.replace("|", "/").replace(" *", " ...")


def _label(need: str) -> str:
    return str(NEEDS[need].label) if need in NEEDS else need


def _sum_of(gains: Sequence[Gain]) -> str:
    return _points(sum(one.gain for one in gains))


def _points(number: float) -> str:
    return str(format_decimal(number, format="0.0"))


def _figure(number: float) -> str:
    return str(format_decimal(number, format="0.00"))


def _share(share: float) -> str:
    """A share as so many in 100."""
    return str(format_decimal(round(share * 100)))
