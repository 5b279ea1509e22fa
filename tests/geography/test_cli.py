import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.app import create_app
from portal.core.settings import Settings
from portal.geography.cli import geography

KEYS = ["place", "kind", "lat", "lon", "neighbourhood", "neighbourhood_code", "authority", "precision"]
HEADER = "pcds,doterm,lat,long,lsoa11,msoa11,laua,imd"
ROW = "LE2 0QB,,52.63157,-1.12434,E01032868,E02006850,E06000016,3285"
Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_app: Flask) -> Run:
    def call(*words: str, typed: str | bytes | None = None) -> Result:
        return CliRunner().invoke(geography, words, input=typed, obj=sqlite_app)

    return call


def test_a_place_has_exactly_the_promised_keys(run: Run) -> None:
    result = run("locate", "le2oqb", "--json")
    answer = json.loads(result.output)
    assert list(answer) == KEYS
    assert (answer["place"], answer["kind"], answer["precision"]) == ("LE2 0QB", "postcode", "postcode")
    assert (answer["authority"], answer["neighbourhood_code"]) == ("Leicester", "E02006850")
    assert result.exit_code == 0


def test_an_unknown_place_has_its_problem_and_the_run_goes_on(run: Run) -> None:
    result = run("locate", "Atlantis", "Camden Town", "--json")
    first, second = (json.loads(line) for line in result.output.splitlines())
    assert list(first) == ["place", "problem"]
    assert first["problem"] == "Enter a full UK postcode or a town, like LE2 0QB or Camden Town"
    assert second["authority"] == "Camden"


def test_places_are_read_from_standard_input_one_a_line_in_order(run: Run) -> None:
    result = run("locate", "-", "--json", typed="LE2 0QB\n\nKT19 8AG\r\nBT1 1AA")
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [answer.get("authority") for answer in answers] == ["Leicester", None, "Epsom and Ewell", None]
    assert "Northern Ireland" in answers[3]["problem"]


def test_bytes_that_are_no_text_do_no_harm(run: Run) -> None:
    result = run("locate", "-", "--json", typed=b"\xff\xfe\x00\nLE2 0QB\n")
    assert [("problem" in json.loads(line)) for line in result.output.splitlines()] == [True, False]


def test_people_get_words(run: Run) -> None:
    result = run("locate", "LE2 0QB", "Newport", "HX1 1AB")
    found, many, ended = result.output.splitlines()
    assert "Leicester, near Southfields and the Castle (E02006850, 2011)" in found
    assert "Newport, Isle of Wight" in many
    assert ended.startswith("HX1 1AB: The postcode HX1 1AB is no longer used")


def test_a_file_is_loaded_and_told_in_words_and_in_json(run: Run, file_of: Callable[..., Path]) -> None:
    path = file_of("nspl.csv", [HEADER, ROW, "rubbish,,,,,,,"])
    result = run("load", str(path))
    assert "Rows taken: 1. Rows refused: 1." in result.output
    assert "1 because this is not a postcode" in result.output
    again = json.loads(run("load", str(path), "--json").output)
    assert (again["kind"], again["taken"], again["already_loaded"]) == ("postcodes", 1, True)


def test_a_file_that_we_do_not_know_is_refused_with_a_sentence(run: Run, file_of: Callable[..., Path]) -> None:
    result = run("load", str(file_of("other.csv", ["name,email", "a,b"])))
    assert result.exit_code == 1
    assert "We take ONSPD and NSPL postcodes, OS Open Names" in result.stderr


@pytest.mark.parametrize("words", [["load"], ["load", "no-such-file.csv"], ["locate"], ["load", "/"]])
def test_wrong_use_exits_2(words: list[str], run: Run) -> None:
    assert run(*words).exit_code == 2


@pytest.fixture
def bare_app(settings: Settings, tmp_path: Path) -> Flask:
    """An instance that nobody has upgraded: its database has no tables."""
    return create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'bare.sqlite3'}"))


def test_places_can_be_looked_up_before_the_first_upgrade(bare_app: Flask) -> None:
    result = CliRunner().invoke(geography, ["locate", "LE2 0QB", "--json"], obj=bare_app)
    assert json.loads(result.output)["authority"] == "Leicester"


def test_loading_before_the_first_upgrade_says_what_to_do(bare_app: Flask, file_of: Callable[..., Path]) -> None:
    result = CliRunner().invoke(geography, ["load", str(file_of("nspl.csv", [HEADER, ROW]))], obj=bare_app)
    assert result.exit_code == 1
    assert "portal upgrade" in result.stderr
