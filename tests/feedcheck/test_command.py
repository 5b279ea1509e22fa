"""The command `portal feed check`: what it prints, and the three exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.exporting.cli import export_command
from portal.feedcheck import cli
from portal.feedcheck.cli import check_command
from portal.feedcheck.findings import Findings, shown
from portal.feedcheck.links import Links
from tests.feedcheck.made_feed import MadeFeed, fetcher_of, told
from tests.openreferral.rich import fill
from tests.support.remote import Remote, answer, remote


def run(app: Flask, *args: str) -> Result:
    return CliRunner().invoke(check_command, list(args), obj=app)


@pytest.fixture
def allowed(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the command fetch from a server of the test, by its name."""

    def allow(server: Remote) -> Flask:
        monkeypatch.setattr(cli, "fetcher", lambda: fetcher_of(server))
        monkeypatch.setattr(cli, "destination_of", lambda *_rest: None)
        return sqlite_app

    return allow


def test_a_feed_that_passes_exits_with_0_and_says_so(allowed: Any) -> None:
    with MadeFeed().served() as server:
        result = run(allowed(server), server.address("/"), "--level", "2")
    assert result.exit_code == 0
    assert "0 errors, 0 warnings, 0 findings. It passes." in result.output
    assert (
        "Level 1: what every feed must have\n  Nothing was found." in result.output and "Level 3" not in result.output
    )


def test_a_warning_alone_passes(allowed: Any) -> None:
    made = MadeFeed()
    made.change = lambda path, _q, d: {**d, "term_uri": "x"} if path.startswith("/taxonomy_terms/") else d
    with made.served() as server:
        result = run(allowed(server), server.address("/"), "--level", "2")
    assert result.exit_code == 0 and "3 warnings" in result.output and "It passes." in result.output


def test_a_feed_that_fails_exits_with_1_and_says_what_where_how_often_and_how_to_mend_it(allowed: Any) -> None:
    made = MadeFeed()
    made.change = lambda path, _q, d: {**d, "version": "3.0"} if path == "/" else d
    with made.served() as server:
        result = run(allowed(server), server.address("/"), "--level", "1", "--seed", "7")
    assert result.exit_code == 1
    assert "1 error at /: The version is not the word that the standard wants." in result.output
    assert "For one: 3.0" in result.output and 'Let "version" at the base address be HSDS-UK-3.0' in result.output
    assert "--seed 7" in result.output


def test_json_tells_the_same_to_machines(allowed: Any) -> None:
    made = MadeFeed(headers={})
    with made.served() as server:
        result = run(allowed(server), server.address("/"), "--json", "--seed", "3")
    value = json.loads(result.output)
    assert result.exit_code == 1 and value["passes"] is False and value["findings"] == 3 and value["seed"] == 3
    assert value["faults"][0] | {"where": "", "detail": "", "mend": ""} == {
        "level": 3, "weight": "finding", "fault": "cors", "what": "Other websites may not read it in a browser", "where": "",
        "detail": "", "count": 1, "example": "", "mend": "",
    }  # fmt: skip
    assert value["figures"]["services"] == 40 and value["figures"]["empty_fields"]["email"] == {
        "empty": 40,
        "of": 40,
    }


def test_a_folder_is_checked_without_any_network(sqlite_app: Flask, tmp_path: Path) -> None:
    MadeFeed().saved(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    result = run(sqlite_app, str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "notes.txt has no name that is known, so it was not read." in result.output
    (tmp_path / "service_list.json").write_text('{"contents": [{"id": 1}')
    result = run(sqlite_app, str(tmp_path))
    assert result.exit_code == 1 and "It is not JSON" in result.output


@pytest.mark.parametrize(
    "body", ["", "[]", '"x"', "{", '{"contents": 5}', '{"contents": {"a": 1}}', "\ud800", "[" * 10_000]
)
def test_a_saved_list_of_any_kind_ends_as_a_report(sqlite_app: Flask, tmp_path: Path, body: str) -> None:
    (tmp_path / "service_list.json").write_bytes(body.encode("utf-8", "surrogatepass"))
    result = run(sqlite_app, str(tmp_path))
    assert result.exit_code == 1 and result.exception.__class__ is SystemExit


def test_an_export_of_this_portal_is_checked_item_by_item(app: Flask, make: Any, tmp_path: Path) -> None:
    fill(make)
    folder = tmp_path / "export"
    assert CliRunner().invoke(export_command, [str(folder), "--format", "oruk"], obj=app).exit_code == 0
    result = run(app, str(folder), "--json")
    value = json.loads(result.output)
    assert value["errors"] == value["warnings"] == 0 and value["figures"]["services"] == 5
    assert {one["fault"] for one in value["faults"]} <= {"unassured"}


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["/nowhere/at/all"], "is neither an address nor a folder"),
        (["http://example.org/"], "must begin with https://"),
        (["https://user:word@example.org/"], "must hold no user name"),
        (["ftp://example.org/"], "must begin with https://"),
        (["http://127.0.0.1:8000/api/oruk/v3"], "PORTAL_FETCH_ALLOW=127.0.0.1:8000"),
        (["https://example.org/", "--level", "4"], "Invalid value for '--level'"),
        (["https://example.org/", "--level", "2", "--links"], "--links is part of level 3"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_exits_with_2(sqlite_app: Flask, args: list[str], sentence: str) -> None:
    result = run(sqlite_app, *args)
    assert result.exit_code == 2 and sentence in result.output


def test_a_folder_without_saved_documents_is_wrong_use(sqlite_app: Flask, tmp_path: Path) -> None:
    result = run(sqlite_app, str(tmp_path))
    assert result.exit_code == 2 and "service_full.json" in result.output


def test_links_are_asked_for_once_each_and_slowly() -> None:
    asked: list[float] = []

    def answers(target: str) -> bytes:
        return {"/gone": answer(b"", 404), "/busy": answer(b"", 503), "/large": answer(b"x" * 300_000)}.get(
            target, answer(b"ok")
        )

    with remote(answers, secure=False) as server, fetcher_of(server) as fetcher:
        links, findings = Links(), Findings()
        for path in ("/fine", "/gone", "/busy", "/large", "/fine"):
            links.look({"organization": {"website": server.address(path)}, "contacts": [{"url": "mailto:a@b"}]})
        links.look({"url": "https://no-such-host.invalid/"})
        links.check(fetcher, findings, sleep=asked.append)
    assert sorted(server.targets) == ["/busy", "/fine", "/gone", "/large"]
    assert findings.figures["links"] == {"alive": 2, "dead": 1, "not_known": 2}
    assert told(findings) == ["finding dead_link all documents website x1"] and len(asked) >= 3


def test_without_links_no_link_is_followed(allowed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Links, "check", lambda *_rest, **_options: pytest.fail("a link was followed"))
    with MadeFeed().served() as server:
        assert run(allowed(server), server.address("/")).exit_code == 0


def test_a_text_of_a_feed_is_shown_on_one_line() -> None:
    assert shown("a\nb\x1b[2J\u202ec\x00" + "d" * 400, 20) == "a b [2J c ddddddd..."
