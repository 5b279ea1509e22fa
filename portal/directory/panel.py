"""What stands around results: filters with true counts, guesses that can be sent away, filters that are on, sorts, pages."""

from collections.abc import Iterator
from math import ceil

from flask_babel import ngettext

from portal.core.i18n import gettext as _
from portal.core.wording import KM_A_MILE
from portal.directory.asking import LAST_PAGE, SORTS, SearchRequest
from portal.directory.filters import BY_NAME, FILTERS, Filter
from portal.directory.found import FilterGroup, Option, Paging, Way
from portal.directory.needs import NEEDS
from portal.directory.querying import RADII_MILES, Guesses
from portal.geography.places import Place
from portal.search.port import UNTOLD, WHEN, Result


def counts_of(result: Result) -> dict[str, dict[str, int]]:
    """Results for each value of each filter, after all other filters. Values without any are left out."""
    counts = {one.name: dict(result.facets.get(WHEN if one.source == "when" else one.name, {})) for one in FILTERS}
    within = {miles: result.radii.get(float(miles) * KM_A_MILE, 0) for miles in RADII_MILES if result.radii}
    if None in result.radii:
        within["all"] = result.radii[None]
    counts["within"] = {miles: count for miles, count in within.items() if count}
    return {name: values for name, values in counts.items() if values}


def groups_of(request: SearchRequest, place: Place | None, result: Result) -> tuple[FilterGroup, ...]:
    """Every filter that has something to offer. Options without a result are left out unless they are ticked."""
    counts = counts_of(result)
    return tuple(
        group
        for one in FILTERS
        if (one.source != "within" or place is not None)
        and (group := _group(one, request, counts.get(one.name, {}), result)).options
    )


def _group(one: Filter, request: SearchRequest, counts: dict[str, int], result: Result) -> FilterGroup:
    chosen = request.chosen(one.name)
    if one.source == "within":
        chosen = chosen or ("all",)
    options = tuple(
        Option(
            value.id,
            str(value.label),
            counts.get(value.id, 0),
            value.id in chosen,
            str(value.group) if value.group is not None else None,
        )
        for value in one.values
        if value.id in counts or value.id in chosen
    )
    return FilterGroup(one.name, str(one.title), one.kind, options, one.is_folded, _untold(one, chosen, result))


def _untold(one: Filter, chosen: tuple[str, ...], result: Result) -> str | None:
    """How many more might do if they had told us."""
    silent = result.untold.get(one.name, {})
    asked = chosen[0] if chosen else one.ids[0]
    if one.untold_value is not None and asked in one.untold_value and len(chosen) < 2:
        count = silent.get(asked, 0)
        return one.untold_value[asked](count) if count else None
    count = silent.get(UNTOLD, 0)
    return one.untold(count) if count and chosen and one.untold is not None else None


def guessed(request: SearchRequest, guesses: Guesses) -> tuple[Way, ...]:
    """What was read from the words, each with the way to the search without it."""
    return tuple(_guessed(request, guesses))


def _guessed(request: SearchRequest, guesses: Guesses) -> Iterator[Way]:
    for need in guesses.needs:
        if need in NEEDS:
            yield Way(str(NEEDS[need].label), request.refusing(need).params())
    for name, values in guesses.filters.items():
        for value in values:
            yield Way(BY_NAME[name].label_of(value), request.refusing(f"{name}:{value}").params())
    if guesses.near:
        yield Way(_("Near %(place)s", place=guesses.near), request.refusing(f"near:{guesses.near}").params())


def removables(request: SearchRequest) -> tuple[Way, ...]:
    """Filters that the person has set, each with the way to the search without it."""
    return tuple(
        Way(chip_label(one.name, value), request.without_value(one.name, value).params())
        for one in FILTERS
        for value in request.chosen(one.name)
    )


def chip_label(name: str, value: str) -> str:
    """The words of a filter that is on."""
    if name != "within":
        return BY_NAME[name].label_of(value)
    miles = float(value)
    if miles.is_integer():
        return str(ngettext("Within %(num)s mile", "Within %(num)s miles", int(miles)))
    return _("Within %(distance)s miles", distance=f"{miles:g}")


def sorts_of(request: SearchRequest, place: Place | None) -> tuple[Option, ...]:
    """The orders on offer. Nearest needs a place."""
    labels = {
        "best": _("Best match"),
        "nearest": _("Nearest"),
        "soonest": _("Soonest"),
        "checked": _("Newest checked"),
    }
    offered = [sort for sort in SORTS if sort != "nearest" or place is not None]
    chosen = request.sort if request.sort in offered else "best"
    return tuple(Option(sort, labels[sort], None, sort == chosen) for sort in offered)


def paging_of(request: SearchRequest, total: int) -> Paging:
    """Where the page stands among all."""
    pages = min(max(ceil(total / request.limit), 1), LAST_PAGE) if request.limit else 1
    page = min(request.page, pages)
    first = (page - 1) * request.limit + 1 if total else 0
    return Paging(page, pages, first, min(first + request.limit - 1, total) if total else 0, total)
