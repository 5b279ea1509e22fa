"""`portal search`: the same search as the page, and the health of its index."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TextIO

import click

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.database import reading
from portal.core.extensions import db, settings
from portal.core.plain import one_line
from portal.directory import indexing
from portal.directory.asking import LAST_PAGE, PAGE_SIZE, SearchRequest
from portal.directory.explaining import Explained
from portal.directory.filters import ALIASES, BY_NAME
from portal.directory.finding import find
from portal.directory.found import Found
from portal.directory.helplines import KINDS
from portal.directory.querying import guesses_of
from portal.search.port import IndexUnavailable

MOST_RESULTS = LAST_PAGE * PAGE_SIZE


@click.group("search")
def search() -> None:
    """Search the directory, check its index, or build it again."""


@search.command("query")
@click.argument("words", default="")
@click.option("--near", default="", metavar="PLACE", help="A postcode or place, like LE2 0QB.")
@click.option("--within", type=float, metavar="MILES", help="How far, in miles.")
@click.option(
    "--filter", "ticks", multiple=True, metavar="NAME=VALUE", help="A filter, like cost=free. May be repeated."
)
@click.option("--limit", default=PAGE_SIZE, show_default=True, type=click.IntRange(0, MOST_RESULTS))
@click.option("--language", default="", metavar="CODE", help="The language of the words, like cy.")
@click.option("--explain", is_flag=True, help="Say of each result why it is here.")
@json_option
@with_app
def query(
    words: str,
    near: str,
    within: float | None,
    ticks: tuple[str, ...],
    limit: int,
    language: str,
    explain: bool,
    as_json: bool,
) -> None:
    """Search for WORDS as the page does."""
    filters: dict[str, list[str]] = {}
    for tick in ticks:
        name, equals, value = tick.partition("=")
        if not equals:
            raise click.UsageError(f"--filter {tick}: write it as name=value, like cost=free.")
        filters.setdefault(name, []).append(value)
    asked = {"query": words, "near": near, "within": within, "filters": filters, "limit": limit, "language": language}
    try:
        with reading():
            found = find(replace(request_of(asked), explain=explain), with_rows=True)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    if as_json:
        say_json(answer_of(found))
    for _name, sentence in found.errors:
        refuse(sentence)
    if as_json:
        return
    click.echo(f"{found.total} found")
    for row in found.rows:
        away = f", {row.distance_miles:.1f} miles" if row.distance_miles is not None else ""
        click.echo(f"{row.id}  {row.name} ({row.organisation}){away}")
        if explain:
            _say_why(found.whys.get(row.id))


def _say_why(why: Explained | None) -> None:
    if why is None:
        click.echo("    The index cannot say why this is here.")
        return
    for title, sentences in why.parts:
        click.echo(f"    {title}: {' '.join(sentences)}")
    click.echo(f"    {why.sum}")


@search.command("batch")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@click.option("--json", is_flag=True, expose_value=False, help="Print JSON, as it does in any case.")
@with_app
def batch(file: TextIO) -> None:
    """Answer every line of FILE (JSON lines; - for standard input), one JSON answer a line, in order."""
    for number, line in enumerate(file, start=1):
        if line.strip():
            with reading():
                say_json(_answer_to(line, number))
            db.session.rollback()


@search.command("check")
@json_option
@with_app
def check(as_json: bool) -> None:
    """Say whether the index is equal to the database, or what differs."""
    try:
        result = indexing.check_index()
    except IndexUnavailable:
        refuse("There is no index that can be read. Build it with: portal search rebuild")
    if as_json:
        say_json({"equal": result.is_equal, **_differences(result), "total": result.total})
    elif result.is_equal:
        click.echo(f"Equal: {result.total} listings.")
    else:
        for what, ids in _differences(result).items():
            click.echo("\n".join(f"{what}: {one}" for one in ids), nl=bool(ids))
    if not result.is_equal:
        refuse("The index differs from the database. The worker puts it right, or: portal search rebuild")


@search.command("rebuild")
@json_option
@with_app
def rebuild(as_json: bool) -> None:
    """Build the index again beside the old one, then put it in its place."""
    count = indexing.rebuild_index()
    if as_json:
        say_json({"indexed": count})
    else:
        click.echo(f"Indexed {count} listings.")


COMMANDS: list[click.Command] = [search]


def request_of(asked: Mapping[str, Any]) -> SearchRequest:
    """The search that one line of a batch asks for. Raises ValueError with a sentence for what cannot be asked."""
    filters = asked.get("filters") or {}
    if not isinstance(filters, Mapping):
        raise ValueError('filters must be an object, like {"cost": ["free"]}.')
    request = SearchRequest(
        words=one_line(_text(asked, "query")),
        near=one_line(_text(asked, "near")),
        within=_miles(asked.get("within")),
        language=_language(_text(asked, "language")),
        limit=_limit(asked.get("limit")),
    )
    for name, values in filters.items():
        for value in [values] if isinstance(values, str) else values or []:
            request = _ticked(request, str(name), str(value))
    return request


def answer_of(found: Found) -> dict[str, Any]:
    """What a search gives to programs. The keys are promised in `design/interface.md`."""
    place, request = found.place, found.request
    guesses = guesses_of(request, found.understanding)
    return {
        "intent": found.understanding.intent,
        "place": place and {
            "label": place.label,
            "kind": place.kind,
            "lat": place.lat,
            "lon": place.lon,
            "neighbourhood": place.neighbourhood_name,
            "authority": place.authority_name,
        },
        "urgent": [kind for kind in KINDS if kind in found.understanding.urgent],
        "needs": list(guesses.needs),
        "filters": {name: list(values) for name, values in _filters_of(found).items()},
        "corrected": found.corrected,
        "total": found.total,
        "results": [
            {
                "id": str(row.id),
                "name": row.name,
                "organisation": row.organisation,
                "needs": list(row.needs),
                "distance_miles": row.distance_miles,
                "reach": row.reach,
                "next_start": row.next_start,
                **{name: list(values) for name, values in row.facets.items() if name != "topic"},
                **({"why": why.as_data() if (why := found.whys.get(row.id)) else None} if request.explain else {}),
            }
            for row in found.rows
        ],
        "facets": found.facets,
        "untold": found.untold,
        "widenings": [{"label": way.label, "total": way.count, "params": way.params} for way in found.widenings],
        "problems": [sentence for _name, sentence in found.errors],
        "took_ms": found.took_ms,
    }  # fmt: skip


def _filters_of(found: Found) -> dict[str, tuple[str, ...]]:
    """Filters that narrowed the search: those asked for and those read from the words, and a place in these.

    Those that left nothing were left out, and are told all the same: the words say them.
    """
    request = found.request
    guesses = guesses_of(request, found.understanding)
    said = found.understanding.filters.get("near", frozenset())
    near = {"near": tuple(sorted(said))} if said else {}
    return {**dict(request.filters), **guesses.filters, **found.loosened, **near}


def _answer_to(line: str, number: int) -> dict[str, Any]:
    """The answer to one line. A line that cannot be read is answered with what is wrong with it."""
    try:
        asked = json.loads(line)
        if not isinstance(asked, Mapping):
            raise ValueError('a line must be an object, like {"query": "walking"}.')
        return answer_of(find(request_of(asked), with_rows=True))
    except json.JSONDecodeError:
        return {"line": number, "problem": 'the line is not JSON, like {"query": "walking"}.'}
    except (ValueError, RecursionError) as problem:
        return {"line": number, "problem": str(problem)}


def _differences(result: indexing.IndexCheck) -> dict[str, tuple[str, ...]]:
    return {"missing": result.missing, "extra": result.extra, "different": result.different}


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be text.")
    return value or ""


def _miles(value: Any) -> str:
    if value in (None, "", "all"):
        return ""
    try:
        miles = float(value)
    except (TypeError, ValueError):
        miles = -1.0
    if not 0 < miles <= 1000:
        raise ValueError("within must be a number of miles, like 3.")
    return f"{miles:g}"


def _limit(value: Any) -> int:
    if value is None:
        return PAGE_SIZE
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_RESULTS:
        raise ValueError(f"limit must be a whole number from 0 to {MOST_RESULTS}.")
    return value


def _language(code: str) -> str:
    """The language to read words in: any that the listings may be in; the site's own where none is said."""
    return code.partition("-")[0].lower() or settings().languages[0]


def _ticked(request: SearchRequest, name: str, value: str) -> SearchRequest:
    name, value = ALIASES.get((name, value), (name, value))
    if name == "within":
        return replace(request, within=_miles(value))
    if name not in BY_NAME:
        raise ValueError(f"There is no filter {name}. There are: {', '.join(BY_NAME)}.")
    if value not in BY_NAME[name].ids:
        raise ValueError(f"The filter {name} has no value {value}. It has: {', '.join(BY_NAME[name].ids)}.")
    return request.with_filter(name, (*request.chosen(name), value))
