"""The commands about sources."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.directory.models import Service
from portal.sources.cli import source
from tests.sources.peers import Peer, address_of, peer_at, service


@pytest.fixture
def run(sqlite_app: Flask) -> Any:
    def call(*args: str) -> Result:
        return CliRunner().invoke(source, list(args), obj=sqlite_app)

    return call


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Service)) or 0


def test_a_source_is_added_read_looked_at_and_applied(run: Any) -> None:
    with peer_at(Peer(*(service(number) for number in range(5)))) as server:
        added = run(
            "add", "Next door", address_of(server), "--profile", "oruk3", "--licence", "Open Government Licence v3.0"
        )
        assert added.exit_code == 0 and 'portal source run "Next door"' in added.output
        first = run("run", "Next door")
        assert first.exit_code == 0 and "Waits for a person. 5 records read: 5 new." in first.output
        assert "first reading" in first.output and "/admin/sources" in first.output and count() == 0
        accepted = run("run", "Next door", "--accept")
        assert accepted.exit_code == 0 and "Applied." in accepted.output and count() == 5
        assert len([target for target in server.targets if target == "/"]) == 1, "what waits is applied, not read again"
        again = json.loads(run("run", "Next door", "--json", "--whole").output)
    assert (again["state"], again["counts"]["same"]) == ("applied", 5)
    (standing,) = json.loads(run("list", "--json").output)
    assert (standing["name"], standing["state"], standing["listings"]) == ("Next door", "active", 5)
    assert "Next door: Active. 5 listings." in run("list").output


def test_what_cannot_be_read_exits_with_1_and_a_sentence(run: Any) -> None:
    with peer_at(Peer()) as server:
        server.answers = lambda _target: b"HTTP/1.1 200 So\r\nContent-Length: 4\r\n\r\nnope"
        run("add", "Nowhere", address_of(server), "--profile", "oruk3")
        failed = run("run", "Nowhere", "--accept")
    assert failed.exit_code == 1 and "Page 1 of the feed was not read" in failed.output
    assert run("run", "Nobody").exit_code == 1
    assert "There is no source" in run("run", "Nobody").output


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("add", "X", "http://127.0.0.1/", "--profile", "oruk3"), "The address"),
        (("add", "X", "https://192.168.0.1/", "--profile", "oruk3"), "The address"),
        (("add", "X", "ftp://example.org/", "--profile", "oruk3"), "The address"),
        (("add", "x" * 121, "https://example.org/", "--profile", "oruk3"), "at most 120 letters"),
        (("add", "X", "--profile", "table", "--rhythm", "daily"), "Without an address"),
    ],
)
def test_what_cannot_be_a_source_is_said(run: Any, args: tuple[str, ...], sentence: str) -> None:
    told = run(*args)
    assert told.exit_code == 1 and sentence in told.output
    assert run("list", "--json").output.strip() == "[]"


def test_a_source_is_added_once(run: Any) -> None:
    assert run("add", "Twice", "https://example.org/", "--profile", "oruk3").exit_code == 0
    assert "already" in run("add", "Twice", "https://example.org/", "--profile", "oruk3").output


def test_wrong_use_exits_with_2(run: Any) -> None:
    assert run("add", "X", "https://example.org/", "--profile", "oruk9").exit_code == 2
    assert run("run").exit_code == 2


def test_a_table_is_read_from_a_file_by_its_mapping(run: Any, tmp_path: Path) -> None:
    table, mapping = tmp_path / "groups.csv", tmp_path / "groups.yaml"
    table.write_text("Ref,Group,When\n1,Tea at two,Tuesday: 14:00 - 15:00\n2,Walkers,\n3,,\n", encoding="utf-8")
    mapping.write_text("columns:\n  Ref: id\n  Group: name\n  When: opening_text\n", encoding="utf-8")
    assert run("add", "Groups", "--profile", "table", "--mapping", str(mapping)).exit_code == 0
    assert "Send a file first" in run("run", "Groups").output
    told = run("run", "Groups", "--file", str(table), "--accept")
    assert told.exit_code == 0 and "2 new, 1 refused" in told.output.replace("Cannot be taken", "refused")
    assert "3 was refused: it has no name." in told.output and count() == 2
