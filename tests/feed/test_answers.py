"""How the feed answers: for everybody, tagged, in pages or at once, and in sentences where it refuses."""

import csv
import gzip
import io
import json
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.indexing import listing_changed
from portal.feed import limits, queries
from portal.feed.params import BASE, PARAMETERS, PATHS, Parameter
from portal.organisations.models import Organization
from tests.factories import MONDAY, Make
from tests.feed.conftest import Reader
from tests.openreferral.rich import fill

LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
KEYS = {
    *("total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"),
}  # fmt: skip


def test_the_base_address_says_what_this_is_with_and_without_its_slash(app: Flask, reader: Reader) -> None:
    told = reader.json("/")
    assert told == reader.json("")
    assert told["version"] == "HSDS-UK-3.0"
    assert told["profile"].startswith("https://")
    assert told["openapi_url"] == "http://127.0.0.1:8000/api/openapi.json"


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_is_a_page_with_all_eight_keys(app: Flask, reader: Reader, name: str) -> None:
    page = reader.json(f"/{name}")
    assert page == {
        "total_items": 0, "total_pages": 0, "page_number": 1, "size": 0, "first_page": True, "last_page": True,
        "empty": True, "contents": [],
    }  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("per_page", [1, 2, 3, 100])
def test_pages_hold_every_id_once_in_a_stable_order(sqlite_app: Flask, make: Make, name: str, per_page: int) -> None:
    reader = Reader(sqlite_app)
    fill(make)
    for number in range(3):
        make.service(f"Number {number}")
    every = [one["id"] for one in reader.items(f"/{name}")]
    assert len(every) > 1 and every == sorted(every)
    first = reader.json(f"/{name}", per_page=per_page)
    found: list[str] = []
    for number in range(1, first["total_pages"] + 1):
        page = reader.json(f"/{name}", per_page=per_page, page=number)
        assert set(page) == KEYS
        assert (page["page_number"], page["size"]) == (number, len(page["contents"]))
        assert (page["first_page"], page["last_page"]) == (number == 1, number == first["total_pages"])
        assert not page["empty"]
        found += [one["id"] for one in page["contents"]]
    assert found == every
    assert first["total_items"] == len(every)


def test_a_page_after_the_last_is_an_empty_one(app: Flask, make: Make, reader: Reader) -> None:
    make.service()
    page = reader.json("/services", page=7)
    assert (page["total_items"], page["size"], page["empty"], page["contents"]) == (1, 0, True, [])
    assert (page["first_page"], page["last_page"]) == (False, True)
    assert reader.json("/services", page=2_147_483_647, per_page=100)["empty"]


def test_links_lead_through_the_pages(sqlite_app: Flask, make: Make, reader: Reader) -> None:
    for number in range(5):
        make.service(f"Number {number} walk & talk")
    query = {"per_page": 2, "page": 2, "search": "walk &"}
    links = reader.get("/services", query=query).headers["Link"]
    names = re.findall(r'rel="(\w+)"', links)
    assert names == ["first", "last", "prev", "next"]
    following = re.search(r'<http://127.0.0.1:8000([^>]+)>; rel="next"', links)
    assert following is not None
    page = sqlite_app.test_client().get(following[1]).get_json()
    assert (page["page_number"], page["size"], page["last_page"]) == (3, 1, True)
    assert 'rel="next"' not in reader.get("/services", query={"page": 3, "per_page": 2}).headers["Link"]
    assert "Link" not in reader.get("/services", query={"search": "nowhere"}).headers


@pytest.mark.parametrize(
    "path",
    ["/", "/services", "/services/nothing", "/nothing", "/services?page=x", "/organizations", "/taxonomies?format=csv"],
)
def test_every_answer_may_be_read_by_any_site_and_knows_no_viewer(
    sqlite_app: Flask, make: Make, reader: Reader, path: str
) -> None:
    make.service()
    user_cookie = {"Cookie": "portal-session=anything; list=anything", "Authorization": "Bearer x"}
    plain, known = reader.get(path), reader.get(path, headers=user_cookie)
    for response in (plain, known):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in response.headers["Access-Control-Expose-Headers"]
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in response.headers
        assert "cookie" not in response.headers.get("Vary", "").lower()
        assert "Accept-Encoding" in response.headers["Vary"]
    assert plain.data == known.data
    wanted = "public, max-age=60" if plain.status_code == 200 else "no-store"
    assert plain.headers["Cache-Control"] == known.headers["Cache-Control"] == wanted


def test_a_browser_may_ask_first(sqlite_app: Flask, reader: Reader) -> None:
    response = sqlite_app.test_client().options(
        f"{BASE}/services",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Headers": "if-none-match"},
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Headers"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    refused = sqlite_app.test_client().post(f"{BASE}/services")
    assert refused.status_code in {400, 405}
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/services", "/services?full=true", "/organizations", "/taxonomy_terms"])
def test_what_a_reader_has_already_is_not_sent_again(sqlite_app: Flask, make: Make, reader: Reader, path: str) -> None:
    services = [make.service(f"Number {number}") for number in range(5)]
    for encoding in ("identity", "gzip"):
        first = reader.get(path, headers={"Accept-Encoding": encoding})
        tag = first.headers["ETag"]
        assert tag.startswith('"') and "Last-Modified" in first.headers
        for known in (tag, f'"other", {tag}', f"W/{tag}" if encoding == "gzip" else tag):
            again = reader.get(path, headers={"If-None-Match": known, "Accept-Encoding": encoding})
            if not known.startswith("W/"):
                assert (again.status_code, again.data) == (304, b"")
                assert again.headers["ETag"] == tag
                assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert reader.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    if "services" in path:
        services[0].name = "Otherwise"
        listing_changed(services[0].id)
        db.session.commit()
        assert reader.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_what_is_sent_is_zipped_where_that_is_worth_it(sqlite_app: Flask, make: Make, reader: Reader) -> None:
    make.service()
    plain = reader.get("/services")
    zipped = reader.get("/services", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert zipped.data == reader.get("/services", headers={"Accept-Encoding": "gzip"}).data
    stream = reader.get("/services?format=ndjson", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(stream.data) == reader.get("/services?format=ndjson").data


def test_everything_at_once_as_lines_is_what_the_pages_hold(app: Flask, make: Make, reader: Reader) -> None:
    fill(make)
    for name in LISTS:
        assert reader.items(f"/{name}") == reader.json(f"/{name}", per_page=100)["contents"]
    whole = reader.items("/services", full="true")
    assert whole == reader.json("/services", per_page=100, full="true")["contents"]
    assert whole == [reader.json(f"/services/{one['id']}") for one in whole]
    response = reader.get("/services?format=ndjson")
    assert response.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("full", ["true", "false"])
def test_everything_at_once_as_a_table(sqlite_app: Flask, make: Make, reader: Reader, name: str, full: str) -> None:
    fill(make)
    response = reader.get(f"/{name}", query={"format": "csv", "full": full})
    assert response.mimetype == "text/csv"
    text = response.get_data(as_text=True)
    assert "\n" not in re.sub(r'"[^"]*"', "", text).replace("\r\n", "")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    items = reader.items(f"/{name}", full=full)
    assert [row["id"] for row in rows] == [one["id"] for one in items]
    assert None not in {key for row in rows for key in row}, "a row is longer than the header"
    for row, item in zip(rows, items, strict=True):
        _assert_told(row, item)
    cells = [cell for row in rows for name, cell in row.items() if not name.endswith("itude")]
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in cells)


def _assert_told(row: dict[str, str], item: dict[str, Any], before: str = "") -> None:
    """Every fact of an item stands in a cell."""
    for name, value in item.items():
        if isinstance(value, dict) and name != "hereabouts":
            _assert_told(row, value, f"{before}{name}.")
            continue
        cell = row[before + name]
        if isinstance(value, str):
            assert cell in {value, f"'{value}"}
        else:
            assert json.loads(cell) == value


def test_a_minimal_list_holds_ids_and_moments_alone(app: Flask, make: Make, reader: Reader) -> None:
    with clock.freeze(MONDAY):
        services = [make.service(f"Number {number}") for number in range(60)]
    page = reader.json("/services", minimal="true")
    assert page["total_pages"] == 1
    moment = "2026-11-23T09:00:00.000Z"
    assert page["contents"] == [
        {"id": str(one), "last_modified": moment, "modified_date": moment} for one in sorted(s.id for s in services)
    ]
    assert reader.json("/services", minimal="true", per_page=7)["total_pages"] == 9


def test_who_asks_too_fast_is_asked_to_wait(sqlite_app: Flask, make: Make, reader: Reader) -> None:
    sqlite_app.config["FEED_REQUESTS_A_MINUTE"] = 3
    try:
        for _ in range(3):
            assert reader.get("/services").status_code == 200
        refused = reader.get("/services")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
        told = refused.get_json()
        assert told["status"] == 429 and refused.headers["Retry-After"] in told["detail"]
        assert reader.get("/services", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    finally:
        sqlite_app.config["FEED_REQUESTS_A_MINUTE"] = limits.A_MINUTE


def test_a_bucket_fills_again_and_readers_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    monkeypatch.setattr(limits, "MOST_READERS", 2)
    buckets = limits.Buckets()
    assert [buckets.take("one", 1, 2) for _ in range(3)] == [0.0, 0.0, 30.0]
    now += 30
    assert buckets.take("one", 1, 2) == 0.0
    assert buckets.take("two", 1, 2) == buckets.take("three", 1, 2) == 0.0
    assert set(buckets.left) == {"two", "three"}


def test_a_harvest_of_a_hundred_thousand_is_never_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand pages of 100, twenty a second: faster than whole pages are made."""
    now = 0.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    buckets = limits.Buckets()
    for _page in range(1000):
        now += 0.05
        assert buckets.take("reader", 1, limits.A_MINUTE) == 0.0


WRONG: dict[str, list[str]] = {
    "text": ["\x00", "a" * 201, "one two three four five six seven eight nine ten eleven"],
    "number": ["x", "1.5", "-1", "1e9", "99999999999999999999", "\x00", "1;2", "\u0661\u0660", "NaN", "0x10"],
    "yes_no": ["maybe", "2", "\x00"],
    "moment": ["yesterday", "2026-13-01", "2026-02-30", "99999-01-01", "1700000000", "2026-11-01T25:00", "\x00"],
    "id": ["1", "x" * 36, "\x00", "' or 1=1", "{6b0d9b0a-5b7e-4f5e-8c73-2b8a4f0e9d12}"],
    "postcode": ["LE2", "Leicester", "ZZ99 9ZZ", "\x00", "LE2 0Q\u0412"],
    "time": ["25:00", "9", "12:60", "noon", "\x00"],
    "day": ["someday", "M", "MO,TU", "\x00"],
    "choice": ["xml", "\x00"],
}
OF_LIST = [(one, name) for one in PARAMETERS for name in sorted(one.endpoints)]


def _path_of(endpoint: str, reader: Reader) -> str:
    return PATHS[endpoint].replace("{id}", "6b0d9b0a-5b7e-4f5e-8c73-2b8a4f0e9d12")  # type: ignore[index]


@pytest.mark.parametrize(("parameter", "endpoint"), OF_LIST, ids=[f"{one.name}-{name}" for one, name in OF_LIST])
def test_every_parameter_is_read_ignored_when_empty_and_refused_when_wrong(
    sqlite_app: Flask, make: Make, reader: Reader, parameter: Parameter, endpoint: str
) -> None:
    sqlite_app.config["FEED_REQUESTS_A_MINUTE"] = 100_000
    make.service()
    path = _path_of(endpoint, reader)
    needed = {parameter.needs: "LE2 0QB"} if parameter.needs else {}
    without = reader.get(path)
    assert reader.get(path, query={**needed, parameter.name: parameter.example}).status_code in {200, 404}
    for empty in ("", " "):
        assert reader.get(path, query={parameter.name: empty}).data == without.data
    assert reader.get(path, query={f"{parameter.name}[]": "x", "nobody_knows": "y"}).data == without.data
    beyond = [] if parameter.most is None else [str(parameter.most + 1), str((parameter.least or 0) - 1)]
    for wrong in (*WRONG[parameter.kind], *beyond):
        response = reader.get(path, query={**needed, parameter.name: wrong})
        assert response.status_code == 400, wrong
        told = response.get_json()
        assert response.mimetype == "application/problem+json"
        assert (told["parameter"], told["status"]) == (parameter.name, 400)
        assert parameter.name in told["detail"]
        assert "\x00" not in told["detail"]
    twice = reader.get(f"{path}?{parameter.name}=1&{parameter.name}=2")
    assert twice.status_code == 400
    sqlite_app.config["FEED_REQUESTS_A_MINUTE"] = limits.A_MINUTE


@pytest.mark.parametrize(
    "query",
    ["%00", "%ed%a0%80", "%ff%fe", "search=%ed%a0%80", "search=%f0%9f%98%80", "page=%ff", "search=%25_%5c", "&&&===",
     "page=1&page=1", "search=" + "a" * 5000, "profile=%ff", "proximity=5", "day=tuesday", "format=JSON"],
)  # fmt: skip
def test_no_bytes_in_a_query_break_anything(app: Flask, make: Make, reader: Reader, query: str) -> None:
    make.service()
    for path in ("/services", "/service_at_locations", "/organizations", "/taxonomy_terms"):
        assert reader.get(f"{path}?{query}").status_code in {200, 400}


@pytest.mark.parametrize(
    "path", ["/services", "/organizations", "/service_at_locations", "/taxonomies", "/taxonomy_terms"]
)
@pytest.mark.parametrize("wrong", ["x", "%00", "6b0d9b0a-5b7e-4f5e-8c73-2b8a4f0e9d12", "%ed%a0%80", "1" * 500, "{}"])
def test_an_unknown_id_is_not_found(app: Flask, reader: Reader, path: str, wrong: str) -> None:
    response = reader.get(f"{path}/{wrong}")
    assert response.status_code == 404
    told = response.get_json()
    assert (told["status"], told["title"], told["type"]) == (404, "Not found", "about:blank")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "most"),
    [("/services", 12), ("/services?full=true", 30), ("/organizations", 12), ("/organizations?full_service=true", 32),
     ("/service_at_locations", 30), ("/service_at_locations?full=true", 30), ("/services?minimal=true", 5),
     ("/services?search=number", 12), ("/taxonomy_terms", 6)],
)  # fmt: skip
def test_a_page_takes_few_statements_however_much_stands_on_it(
    app: Flask, make: Make, reader: Reader, count_statements: Any, path: str, most: int
) -> None:
    def statements() -> int:
        reader.get(path)
        with count_statements() as seen:
            assert reader.get(path).status_code == 200
        return len(seen)

    organisation = make.organisation()
    make.service("Number 0", organisation=organisation)
    few = statements()
    for number in range(1, 12):
        make.service(f"Number {number}", organisation=organisation if number % 2 else None)
    assert statements() == few <= most
    assert db.session.query(Organization).count() > 1


def test_moments_of_a_query_are_read_with_any_zone(sqlite_app: Flask, make: Make, reader: Reader) -> None:
    with clock.freeze(MONDAY):
        make.service()
    inclusive = ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00", "2026-11-23T10:00:00+01:00", "2026-11-23 09:00:00Z"]
    later = ["2026-11-23T09:00:00.001Z", "2026-11-24", "2026-11-23T08:30:00-01:00"]
    for text in (*inclusive, "2026-11-23", "2026-11-23T10:00:00 01:00"):
        assert reader.json("/services", modified_after=text)["total_items"] == 1, text
    for text in later:
        assert reader.json("/services", modified_after=text)["total_items"] == 0, text


def test_a_slow_reader_of_everything_holds_no_connection(
    app: Flask, make: Make, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what it has not read yet stand in memory: each piece is made when it is asked for."""
    monkeypatch.setattr(queries, "BATCH", 2)
    for number in range(7):
        make.service(f"Number {number}")
    db.session.rollback()
    response = reader.app.test_client().get(f"{BASE}/services?format=ndjson", buffered=False)
    pieces = response.iter_encoded()
    first = next(pieces)
    db.session.rollback()
    assert first.count(b"\n") == 2
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    make.service("Made meanwhile", id=UUID(int=2**128 - 1))
    rest = b"".join(pieces)
    assert rest.count(b"\n") == 6 and b"Made meanwhile" in rest
    response.close()
