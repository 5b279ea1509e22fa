"""Dumps: whole or not there, for whoever wants everything; and nothing that must not be told any more, in none of any day."""

import csv
import gzip
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.describing import dumping, dumps
from portal.describing.cli import dumps_group
from portal.directory.indexing import listing_changed
from portal.directory.models import Contact, Location, Service, ServiceAtLocation
from portal.feed import limits
from portal.operations import doctor
from portal.operations.backup import contents
from tests.factories import Make

PATH = "/api/oruk/v3/dumps"
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def kept(**by: float) -> dumping.Kept:
    """What a worker does, so much after noon."""
    with clock.freeze(NOON + timedelta(**by)):
        return dumping.keep()


def get(app: Flask, path: str = "", *, expect: int = 200, **headers: str) -> TestResponse:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get(f"{PATH}{path}", headers=told)
    assert answer.status_code == expect, answer.get_data(as_text=True)[:300]
    return answer


def days(app: Flask) -> list[str]:
    return [one["date"] for one in get(app, "/").json["dumps"]]


def lines(app: Flask, day: str) -> list[dict[str, Any]]:
    packed = get(app, f"/{day}/services.ndjson.gz").data
    return [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]


def everything(app: Flask, day: str) -> str:
    """All that a dump of a day says, in either format."""
    package = zipfile.ZipFile(io.BytesIO(get(app, f"/{day}/hsds.zip").data))
    told = [package.read(name).decode() for name in package.namelist()]
    return json.dumps(lines(app, day)) + "".join(told)


def changed(service_id: UUID, change: Callable[[Service], None]) -> None:
    with unit():
        change(db.session.get_one(Service, service_id))
        listing_changed(service_id)


def test_a_dump_holds_every_public_listing_in_both_formats(app: Flask, make: Make) -> None:
    ids = {str(make.service(f"Group {number}").id) for number in range(3)}
    make.service("Closed", status="inactive")
    assert kept().made == (date(2026, 11, 30),)
    (told,) = get(app, "/").json["dumps"]
    assert (told["date"], told["services"], told["made_at"]) == ("2026-11-30", 3, "2026-11-30T12:00:00.000Z")
    assert {one["format"] for one in told["files"]} == {"ndjson", "hsds"}
    for one in told["files"]:
        body = get(app, one["url"].partition(PATH)[2]).data
        assert (len(body), hashlib.sha256(body).hexdigest()) == (one["size"], one["sha256"])
    assert {one["id"] for one in lines(app, "2026-11-30")} == ids
    package = zipfile.ZipFile(io.BytesIO(get(app, "/2026-11-30/hsds.zip").data))
    described = {one["path"] for one in json.loads(package.read("datapackage.json"))["resources"]}
    assert described == {*package.namelist()} - {"datapackage.json"}
    rows = list(csv.DictReader(io.StringIO(package.read("services.csv").decode())))
    assert {row["id"] for row in rows} == ids


def test_the_same_facts_are_the_same_bytes(sqlite_app: Flask, make: Make) -> None:
    make.service()
    kept()
    before = get(sqlite_app, "/2026-11-30/hsds.zip").data
    with clock.freeze(NOON + timedelta(hours=1)):
        dumping.keep(anew=True)
    assert get(sqlite_app, "/2026-11-30/hsds.zip").data == before


def test_a_dump_is_made_once_a_day_and_old_ones_go(sqlite_app: Flask, make: Make) -> None:
    make.service()
    for day in (*range(-400, -40, 20), *range(-40, 1)):
        kept(days=day)
        assert kept(days=day, hours=1).made == ()
    found = [date.fromisoformat(day) for day in days(sqlite_app)]
    assert found[:7] == [date(2026, 11, 30) - timedelta(days=number) for number in range(7)]
    assert all(day > date(2025, 11, 30) for day in found)
    assert date(2026, 11, 1) in found and date(2026, 11, 2) not in found
    assert len({(day.year, day.month) for day in found[7:]}) == len(found[7:]) >= 10


def test_a_wrong_clock_leaves_no_dump_of_the_future(sqlite_app: Flask, make: Make) -> None:
    make.service()
    kept(days=400)
    assert kept().made == (date(2026, 11, 30),)
    assert days(sqlite_app) == ["2026-11-30"]


def test_a_reader_has_it_already_or_wants_a_part(sqlite_app: Flask, make: Make) -> None:
    make.service()
    kept()
    whole = get(sqlite_app, "/2026-11-30/services.ndjson.gz")
    assert whole.headers["Access-Control-Allow-Origin"] == "*" and whole.mimetype == "application/gzip"
    assert whole.headers["Cache-Control"] == "public, no-cache" and "Set-Cookie" not in whole.headers
    assert "2026-11-30-services.ndjson.gz" in whole.headers["Content-Disposition"]
    get(sqlite_app, "/2026-11-30/services.ndjson.gz", If_None_Match=whole.headers["ETag"], expect=304)
    part = get(sqlite_app, "/2026-11-30/services.ndjson.gz", Range="bytes=10-19", expect=206)
    assert part.data == whole.data[10:20] and part.headers["Content-Range"].startswith("bytes 10-19/")
    get(sqlite_app, "/2026-11-30/services.ndjson.gz", Range="bytes=9999999-", expect=416)
    listed = get(sqlite_app, "/")
    get(sqlite_app, "/", If_None_Match=listed.headers["ETag"], expect=304)


@pytest.mark.parametrize(
    "path",
    ["/2026-11-29/hsds.zip", "/2026-11-30/about.json", "/2026-11-30/..%2fabout.json", "/x/hsds.zip", "/2026-11-30/%00"],
)
def test_nothing_else_is_given(sqlite_app: Flask, make: Make, path: str) -> None:
    make.service()
    kept()
    answer = get(sqlite_app, path, expect=404)
    assert answer.mimetype == "application/problem+json" and "private" not in answer.get_data(as_text=True)


def test_few_files_are_sent_at_once(sqlite_app: Flask, make: Make) -> None:
    make.service("Tea")
    kept()
    path = f"/{NOON.date()}/services.ndjson.gz"
    sqlite_app.extensions.pop(limits.STREAMS, None)
    held = [get(sqlite_app, path) for _number in range(limits.MOST_STREAMS)]
    refused = get(sqlite_app, path, expect=429)
    assert int(refused.headers["Retry-After"]) == limits.STREAM_WAIT
    assert get(sqlite_app, "/").json["dumps"], "what there is can be asked for all the same"
    assert gzip.decompress(held[0].data) and get(sqlite_app, path).data == held[0].data
    held[1].close()
    for _number in range(3):
        get(sqlite_app, path, If_None_Match=held[0].headers["ETag"], expect=304)
        looked = sqlite_app.test_client().head(f"{PATH}{path}")
        assert looked.status_code == 200
        looked.close()
    assert get(sqlite_app, path, Range="bytes=0-1", expect=206).data == held[0].data[:2]
    assert not sqlite_app.extensions[limits.STREAMS].began


def _becomes(privacy: str) -> Callable[[Service], None]:
    def change(service: Service) -> None:
        service.service_at_locations[0].location.privacy = privacy

    return change


def _is_replaced(service: Service) -> None:
    hidden = Location(privacy="hidden", name="Number nine", authority_code="E06000016")
    db.session.add(hidden)
    db.session.flush()
    old = service.service_at_locations[0].location
    service.service_at_locations.clear()
    db.session.flush()
    db.session.delete(old)
    service.service_at_locations.append(ServiceAtLocation(location_id=hidden.id))


def _is_withdrawn(service: Service) -> None:
    service.withdrawn_at = clock.now()


@pytest.mark.parametrize(
    "change",
    [_becomes("hidden"), _becomes("area"), _is_replaced, _is_withdrawn],
    ids=["hidden", "area", "other", "gone"],
)
def test_an_address_that_must_not_be_told_any_more_is_in_no_dump_of_any_day(
    app: Flask, make: Make, change: Callable[[Service], None]
) -> None:
    refuge, other = make.service("Safe house", place={"address": "9 Quillan Row"}), make.service("Tea")
    refuge_id, other_id = refuge.id, str(other.id)
    for day in (-40, -3, 0):
        kept(days=day)
    every = days(app)
    assert len(every) == 3 and all("Quillan" in everything(app, day) for day in every)
    with clock.freeze(NOON + timedelta(hours=1)):
        changed(refuge_id, change)
    assert days(app) == [], "at once, before any worker has come by"
    for day in every:
        answer = get(app, f"/{day}/services.ndjson.gz", expect=503)
        assert answer.headers["Retry-After"] == "300" and "private" not in answer.get_data(as_text=True)
        assert answer.json["title"] == "Service unavailable"
    done = kept(hours=1, minutes=1)
    assert [str(day) for day in (*done.made, *sorted(done.cleaned, reverse=True))] == every == days(app)
    for day in every:
        told = everything(app, day)
        assert "Quillan" not in told and other_id in told
    assert kept(hours=1, minutes=2) == dumping.Kept()
    assert not [path for path in dumps.home().rglob("*") if path.is_file() and "Quillan" in _read(path)]


def _read(path: Path) -> str:
    body = path.read_bytes()
    return gzip.decompress(body).decode() if path.suffix == ".gz" else body.decode("latin-1")


def test_a_place_that_is_less_private_than_it_was_leaves_dumps_alone(sqlite_app: Flask, make: Make) -> None:
    service_id = make.service("Safe house", place={"privacy": "hidden"}).id
    kept()
    changed(service_id, _becomes("area"))
    assert days(sqlite_app) == ["2026-11-30"]
    changed(service_id, _becomes("hidden"))
    assert days(sqlite_app) == ["2026-11-30"], "it tells nothing that it did not tell then"


def test_one_that_merely_closed_stays_in_older_dumps(sqlite_app: Flask, make: Make) -> None:
    service_id = make.service("Tea").id
    kept()
    changed(service_id, lambda service: setattr(service, "status", "inactive"))
    assert len(lines(sqlite_app, "2026-11-30")) == 1


def test_no_name_of_a_person_is_in_a_dump_even_where_they_agreed(sqlite_app: Flask, make: Make) -> None:
    service_id = make.service("Tea").id
    with unit():
        service = db.session.get_one(Service, service_id)
        service.contacts = [
            Contact(name="Ottoline Marshgrove, Coordinator", title="Coordinator", name_agreed_at=clock.now()),
            Contact(name="Welcome team"),
        ]
    kept()
    told = everything(sqlite_app, "2026-11-30")
    assert "Ottoline" not in told and "Welcome team" in told
    assert {one.get("name") for one in lines(sqlite_app, "2026-11-30")[0]["contacts"]} == {
        "Coordinator",
        "Welcome team",
    }


@pytest.mark.parametrize("at", ["_files", "_measured", "sync"])
def test_a_kill_leaves_the_last_whole_dump(
    sqlite_app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    make.service()
    kept(days=-1)

    class Killed(BaseException):
        pass

    def killed(*_a: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(dumping, at, killed)
        patched.setattr(dumping.shutil, "rmtree", lambda *_a, **_o: None)
        with pytest.raises(Killed):
            kept()
    assert days(sqlite_app) == ["2026-11-29"] and len(lines(sqlite_app, "2026-11-29")) == 1
    assert kept().made == (date(2026, 11, 30),)
    assert not (dumps.home() / dumping.MAKING).exists()


def test_a_folder_that_cannot_be_written_to_is_said_and_leaves_what_was_there(
    sqlite_app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.service()
    kept(days=-1)

    def full(*_a: Any, **_o: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(dumping.zipfile, "ZipFile", full)
    with pytest.raises(dumping.DumpProblem, match="No space left"):
        kept()
    assert days(sqlite_app) == ["2026-11-29"]
    dumping.look()


def test_two_at_once_make_one(sqlite_app: Flask, make: Make) -> None:
    make.service()
    with dumping._alone(), pytest.raises(dumping.DumpProblem, match="already"):
        kept()


def test_a_damaged_dump_is_none_and_one_that_cannot_be_cleaned_goes(sqlite_app: Flask, make: Make) -> None:
    service_id = make.service().id
    kept(days=-1)
    kept()
    newest, older = dumps.found()
    (newest.folder / "about.json").write_text("{")
    assert days(sqlite_app) == ["2026-11-29"]
    (older.folder / dumping.LINES).write_bytes(b"\x1f\x8b\x08 torn")
    changed(service_id, _becomes("hidden"))
    kept(hours=1)
    assert days(sqlite_app) == ["2026-11-30"]


def test_a_backup_leaves_dumps_out(sqlite_app: Flask, make: Make, settings: Settings) -> None:
    make.service()
    kept()
    assert dumps.newest() is not None
    assert not [path for path in contents.files_of(settings) if "dumps" in path.parts]


def test_the_doctor_says_when_no_dump_was_made_for_days(sqlite_app: Flask, make: Make) -> None:
    def said() -> tuple[bool, str]:
        (check,) = [one for one in doctor.examine() if one.name == "dumps"]
        return check.is_good, check.sentence

    assert said() == (True, "There is no dump of the open feed yet. A worker makes one a day.")
    make.service()
    dumping.keep()
    assert said()[0]
    with clock.freeze(clock.now() + timedelta(days=3)):
        assert not said()[0]


def test_the_commands_list_and_make(sqlite_app: Flask, make: Make) -> None:
    service_id = make.service().id
    runner = CliRunner()

    def ran(*arguments: str) -> str:
        done = runner.invoke(dumps_group, [*arguments], obj=sqlite_app)
        assert done.exit_code == 0, done.output
        return done.output

    assert "no dump yet" in ran("list")
    assert json.loads(ran("make", "--json"))["made"] == [str(clock.today())]
    (told,) = json.loads(ran("list", "--json"))["dumps"]
    assert told["services"] == 1 and told["is_given"] and told["bytes"] > 500
    changed(service_id, _becomes("hidden"))
    assert "held back" in ran("list") and "Made:" in ran("make") and "held back" not in ran("list")
    with dumping._alone():
        assert runner.invoke(dumps_group, ["make"], obj=sqlite_app).exit_code == 1
