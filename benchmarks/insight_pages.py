"""Reads what pages of figures tell, in every form: the page, the page as printed, the file of each table, and JSON.

Each table is brought into one shape, so that forms can be laid beside each other and beside the cells that were published.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from portal.core.extensions import db
from portal.insight.cuts import CUTS, FAIRNESS
from portal.insight.definitions import MEASURES, UNMET_SOURCES
from portal.insight.figures import Edition

Key = tuple[str, str, str, str]
Rows = list[list[str]]
Same = Callable[..., None]
ALIKE = "page, file, JSON and paper"


@dataclass(frozen=True)
class Form:
    """One page: the address of the page, of its JSON, and of the file of a table; `tables`: those of it, none for all in JSON."""

    page: str
    json: str
    csv: Callable[[str], str]
    tables: tuple[str, ...] = ()


def forms_of(area: str, quarter: str) -> Iterator[Form]:
    """Every page of an area and quarter."""
    home = f"/insight/{area}/{quarter}"
    yield Form(home, f"{home}.json", lambda name: f"{home}/{name}.csv")
    yield Form(f"{home}/fairness", f"{home}/fairness.json", lambda name: f"{home}/fairness/{name}.csv")
    yield Form(
        f"{home}/groups",
        f"{home}/groups.json",
        {"groups": f"{home}/groups.csv", "helped": f"{home}/groups/helped.csv"}.__getitem__,
    )
    for source in UNMET_SOURCES:
        yield Form(
            f"{home}/unmet?source={source}", f"{home}/unmet.json", lambda name: f"{home}/unmet/{name}.csv", (source,)
        )


def read_data(client: FlaskClient, form: Form) -> dict[str, Any]:
    """The tables of a page as JSON tells them, by name."""
    tables = {one["id"]: one for one in json.loads(get(client, form.json))["tables"]}
    return {name: table for name, table in tables.items() if name in (form.tables or tables)}


def read_files(client: FlaskClient, form: Form) -> dict[str, str]:
    """The same with the file of each table: to be compared with another reading."""
    tables = read_data(client, form)
    return {
        f"{form.page} {name}": json.dumps(table["rows"]) + get(client, form.csv(name)) for name, table in tables.items()
    }


def read_all(client: FlaskClient, form: Form, same: Same) -> dict[str, Any]:
    """The tables of a page as JSON tells them, by name; `same` is told of every other form whether it tells the same."""
    page = BeautifulSoup(get(client, form.page), "html.parser")
    printed = BeautifulSoup(get(client, form.page, {"Sec-Fetch-Dest": "document"}), "html.parser")
    found = read_data(client, form)
    for name, table in found.items():
        where = (form.page, name)
        told = [[row["name"], *map(_bare, row["cells"])] for row in table["rows"]]
        lines = list(csv.reader(io.StringIO(get(client, form.csv(name)).lstrip("\ufeff"))))
        heads = [column["label"] for column in table["columns"]]
        in_file = [[line[2], *map(_plain, line[3:])] for line in lines[1:]]
        same(ALIKE, (*where, "file"), is_same=in_file == told and lines[0][3:] == heads)
        _beside(same, where, told, heads, page, printed)
        if name not in {*FAIRNESS, *UNMET_SOURCES}:
            names = [row[0] for row in told if row[0] != "Other organisations"]
            same("order of rows", where, is_same=names == sorted(names))
    for chart in page.select(".chart"):
        widths = {str(bar["width"]) for bar in chart.select(".chart__small")}
        same("length of bars", (form.page, chart["id"]), is_same=len(widths) < 2)
    return found


def read_offers(client: FlaskClient, area: str, same: Same) -> str:
    """What is offered today: listings, and no people. The file, which the page must not differ from."""
    for asked in ("", "?q=walk"):
        page = BeautifulSoup(get(client, f"/insight/{area}/offers{asked}"), "html.parser")
        lines = list(csv.reader(io.StringIO(get(client, f"/insight/{area}/offers.csv{asked}").lstrip("\ufeff"))))[1:]
        shown = {row[0]: row[1] for row in _rows(page, "offers")}
        for line in lines[1:] if asked else lines:
            same(ALIKE, (area, "offers", line[0]), is_same=shown.get(line[0]) == line[1])
    return json.dumps(lines)


def cells_behind(edition: Edition, table: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """The key of the published cell behind each cell of a table in JSON that is none of a percentage."""
    name = str(table["id"])
    places = {label: one for one, label in edition.places.items()}
    groups = {label: one for one, label in edition.rows("group").items()}
    listings = {label: one for one, label in edition.listings.items()}
    for row in table["rows"]:
        for column, cell in zip(table["columns"], row["cells"], strict=True):
            measure, category = column["figure"], column.get("category", "")
            if column.get("share_of"):
                continue
            if name in FAIRNESS:
                yield (measure, name, "", _category(name, row["name"])), cell
            elif name in UNMET_SOURCES:
                yield (measure, "need", places[column["label"]], _category("need", row["name"])), cell
            elif name == "groups":
                yield (measure, "group", groups[row["name"]], ""), cell
            elif name == "helped":
                yield (measure, "listing", listings[row["name"]], category), cell
            else:
                yield (measure, "reason" if category else "neighbourhood", places[row["name"]], category), cell


def words_of(key: Key, cell: tuple[str, int | None]) -> str:
    """How a published cell is told in files and JSON."""
    state, value = cell
    if value is not None:
        return str(value)
    return "fewer than 8" if state == "small" and MEASURES[key[0]].counts != "median" else "not shown"


def get(client: FlaskClient, address: str, headers: Mapping[str, str] | None = None) -> str:
    """What stands at an address."""
    db.session.commit()
    answer = Context().run(client.get, address, headers=headers)  # knows nothing of the context here, as in life
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def helped_rows(html: str) -> Rows:
    """On the home of a group and the page of a coordinator: whether it helped, by listing."""
    page = BeautifulSoup(html, "html.parser")
    rows = page.select("section[aria-labelledby=helped] tbody tr")
    return [[_text(row.select_one("th bdi")), *(_text(cell) for cell in row.select("td"))] for row in rows]


def _beside(
    same: Same, where: tuple[str, str], told: Rows, heads: list[str], page: BeautifulSoup, printed: BeautifulSoup
) -> None:
    """The page and the paper: the same rows and cells, of as many columns as fit."""
    name = where[1]
    shown, on_paper = _rows(page, name), _rows(printed, name)
    columns = list(range(len(heads)))
    if not shown and (shown := _rows(page, "by-need")):  # a wide area: one neighbourhood at a time
        on_paper = _rows(printed, "by-need")
        columns = [heads.index(_text(page.select("section[aria-labelledby=t-by-need] thead th")[1]))]
    same(ALIKE, (*where, "paper"), is_same=shown == on_paper)
    if not shown:  # too little to show anything: the page says so
        return
    same(ALIKE, (*where, "rows"), is_same=[row[0] for row in shown] == [row[0] for row in told])
    for row, line in zip(shown, told, strict=False):
        for at, column in enumerate(columns):
            same(ALIKE, (*where, row[0], heads[column]), is_same=_plain(row[at + 1]) == _plain(line[column + 1]))


def _category(by: str, label: str) -> str:
    return next(one for one, words in CUTS[by].categories().items() if str(words) == label)  # type: ignore[index]


def _rows(page: BeautifulSoup, name: str) -> Rows:
    rows = page.select(f"section[aria-labelledby=t-{name}] tbody tr")
    return [[_text(cell) for cell in row.select("th, td")] for row in rows]


def _text(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split()) if tag is not None else ""


def _bare(cell: Mapping[str, Any]) -> str:
    return str(cell["shown"]) if cell["value"] is None else str(cell["value"])


def _plain(words: str) -> str:
    return words.removesuffix(" days").removesuffix(" day").removesuffix("%").replace(",", "")
