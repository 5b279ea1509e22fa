"""What binds the published figures of one quarter, and which of them are hidden together: for `auditing.py`.

A reader knows that each table of a figure adds up to the same people; that who is accepted was referred, this quarter or before;
that a person who was declined for a reason that counts as unmet need was declined for some need; and that a row which is shown
from 8 on counts at least so many in all, and one that is not at most 7.

Answers to "did it help?" are bound to nothing else: they are given weeks later, of people who may live in another area.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from portal.core.small_numbers import SMALLEST
from portal.insight.auditing import (
    MOST,
    NOTHING_KNOWN,
    Figures,
    Name,
    Range,
    Unit,
    at_most,
    equal,
    of_rounded,
    range_of,
)
from portal.insight.cuts import CUTS, FAIRNESS, UNMET
from portal.insight.definitions import MEASURES, Measure

Key = tuple[str, str, str, str]
"""A cell: measure, cut, row, category."""
OF_LISTINGS, OF_GROUPS, OF_FAIRNESS, OF_NEEDS, OF_REASONS, OF_DAYS, OF_PLACES = range(0, 70, 10)
"""How much a table is wanted; what is wanted least is left out first."""
ORDER = {name: number for number, name in enumerate(("finished", "visited", "accepted", "sent"))}
"""Of the steps of a referral, the last are left out first."""


def bound(counts: Mapping[Key, int], earlier: Iterable[Mapping[Key, Range]]) -> Figures:
    """The figures of a quarter as readers will know them, with the published ones of earlier quarters."""
    past = list(earlier)
    figures = Figures()
    for key, count in counts.items():
        measure = MEASURES[key[0]]
        if not measure.is_exact:
            figures.ranges[key] = _days_known(count) if measure.counts == "median" else range_of(count)
            figures.units[key] = unit_of(key)
    for number, published in enumerate(past):
        figures.ranges.update({(number, *key): known for key, known in published.items() if key[0] in ORDER})
    cells = _by_table(counts)
    for measure in MEASURES.values():
        if measure.counts == "people":
            _adds_up(figures, measure, cells)
            _comes_after(figures, measure, cells, len(past))
        if measure.is_from_eight:
            _from_eight(figures, measure, cells, counts)
    _declined(figures, cells, len(past))
    _answered(figures, cells)
    _searched(figures, cells)
    return figures


def unit_of(key: Key) -> Unit:
    """With which others a cell is hidden. All fairness tables of a figure go together: what one of them would tell, the choice
    between them would tell too.
    """
    measure, by, place, _category = key
    if by == "group":
        return (OF_GROUPS, "group")
    if by in FAIRNESS:
        return (OF_FAIRNESS + ORDER.get(measure, 0), measure)
    rank = {"need": OF_NEEDS, "reason": OF_REASONS, "listing": OF_LISTINGS}.get(by, OF_PLACES + ORDER.get(measure, 0))
    if MEASURES[measure].counts == "median":
        rank = OF_DAYS
    return (rank, f"{measure}/{place}")


def known_of(state: str, value: int | None, measure: str) -> Range:
    """What readers know of a published cell."""
    if state == "hidden":
        return NOTHING_KNOWN
    if MEASURES[measure].counts == "median":
        return _days_known(SMALLEST if state == "told" else 0)
    return Range(1, SMALLEST - 1) if state == "small" or value is None else of_rounded(value)


def _days_known(people: int) -> Range:
    """Days are told of eight people or more: that says how many are behind them."""
    return Range(SMALLEST, MOST) if people >= SMALLEST else Range(0, SMALLEST - 1)


Tables = Mapping[tuple[str, str], Mapping[str, list[Key]]]


def _by_table(counts: Iterable[Key]) -> Tables:
    """The cells of each table, by row."""
    found: dict[tuple[str, str], dict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for key in counts:
        found[key[0], key[1]][key[2]].append(key)
    return found


def _all(rows: Mapping[str, list[Key]]) -> list[Key]:
    return [key for row in rows.values() for key in row]


def _everybody(measure: str) -> Name:
    """All people of a figure in the area: nowhere published."""
    return ("everybody", measure)


def _adds_up(figures: Figures, measure: Measure, cells: Tables) -> None:
    parts = [by for by in measure.cuts if CUTS[by].is_partition]
    main = _all(cells[measure.id, "neighbourhood"]) if "neighbourhood" in parts else []
    for by in parts:
        table = _all(cells[measure.id, by])
        figures.relations += equal(table, [_everybody(measure.id)])
        if by in FAIRNESS and table and main:
            figures.beside[unit_of(table[0])] = main


def _comes_after(figures: Figures, measure: Measure, cells: Tables, quarters: int) -> None:
    """Of who is in a step, each was in the steps before it: in this quarter or an earlier one."""
    for step in measure.after:
        for by in ("neighbourhood", *FAIRNESS):
            for key in _all(cells[measure.id, by]) if by in measure.cuts else ():
                before = (step, *key[1:])
                past = [(number, *before) for number in range(quarters)]
                figures.relations.append(at_most([key], [before, *(one for one in past if one in figures.ranges)]))
        if "neighbourhood" not in measure.cuts:
            continue
        past_rows = [
            (number, *key) for number in range(quarters) for key in _all(cells[step, "neighbourhood"])
            if (number, *key) in figures.ranges
        ]  # fmt: skip
        figures.relations.append(at_most([_everybody(measure.id)], [_everybody(step), *past_rows]))


def _from_eight(figures: Figures, measure: Measure, cells: Tables, counts: Mapping[Key, int]) -> None:
    """A row is shown from 8 in all on, and not below: which of the two it is, readers see."""
    for by in measure.cuts:
        for row, keys in cells[measure.id, by].items():
            whole: Name = ("row", measure.id, by, row)
            known = range_of(sum(counts[key] for key in keys))
            figures.ranges[whole] = known if known.high < SMALLEST else Range(SMALLEST, MOST)
            figures.relations += equal(keys, [whole])
            figures.beside[unit_of(keys[0])] = [whole]


def _sent(figures: Figures, place: str, quarters: int) -> list[Name]:
    """Whom a referral was sent for in a neighbourhood, in this quarter and before."""
    key = ("sent", "neighbourhood", place, "")
    past = [(number, *key) for number in range(quarters)]
    return [key, *(one for one in past if one in figures.ranges)]


def _declined(figures: Figures, cells: Tables, quarters: int) -> None:
    """Reasons and needs of one decline: the people declined for what counts as unmet need are in both tables."""
    by_need = cells["unmet-declined", "need"]
    for place, reasons in cells["declined", "reason"].items():
        sent = _sent(figures, place, quarters)
        people: Name = ("unmet", place)
        figures.relations.append(at_most([people], sent))
        figures.relations += [at_most([key], sent) for key in reasons]
        unmet = [key for key in reasons if key[3] in UNMET]
        for table in (unmet, by_need.get(place, [])):
            figures.relations += [at_most([key], [people]) for key in table]
            if table:
                figures.relations.append(at_most([people], table))


def _answered(figures: Figures, cells: Tables) -> None:
    """Days tell of how many people they are, and everybody who was answered was answered by some group."""
    groups = _all(cells["answered", "group"])
    days = _all(cells["answer-days", "neighbourhood"])
    figures.relations += [at_most([key], [("answered", *key[1:])]) for key in _all(cells["answer-days", "group"])]
    figures.relations += [at_most([("answered", *key[1:])], [key]) for key in _all(cells["answer-days", "group"])]
    figures.relations += [at_most([key], days) for key in groups] if days else []
    if groups:
        figures.relations.append(at_most(days, groups))
    for key in days:
        reasons = cells["declined", "reason"].get(key[2], [])
        figures.relations += [at_most([reason], [key]) for reason in reasons]
    for key in _all(cells["visit-days", "neighbourhood"]):
        figures.relations += equal([key], [("visited", *key[1:])])


def _searched(figures: Figures, cells: Tables) -> None:
    """A search that found nothing counts for one need, and is one of all searches."""
    for place, needs in cells["unmet-searches", "need"].items():
        all_searches: Key = ("searches", "neighbourhood", place, "")
        if all_searches in figures.ranges:
            figures.relations.append(at_most(needs, [all_searches]))
            figures.beside[unit_of(needs[0])] = [all_searches]
