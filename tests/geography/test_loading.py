from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.geography import loading, queries
from portal.geography.loading import Loaded
from portal.geography.models import AreaName, GeographyFile, PlaceName, PostcodeFact
from portal.geography.places import Place, PlaceProblem
from portal.geography.reading import OPEN_NAMES_COLUMNS, UnreadableFileError

HEADER = "pcds,doterm,lat,long,lsoa11,msoa11,laua,imd"
LE2_0QB = "LE2 0QB,,52.63157,-1.12434,E01032868,E02006850,E06000016,3285"
ENDED = "LE7 7UR,201504.0,52.7,-1.1,E01025700,E02005376,E07000130,100"
NAMES = ["msoa11cd,msoa11nm,msoa11hclnm,msoa11hclnmw", "E02006850,Leicester 040,Castle Quarter,"]
Write = Callable[..., Path]


def load(path: Path) -> Loaded:
    with unit():
        return loading.load(path)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def open_name(number: int, name: str) -> str:
    cells = {"id": f"osgb{number}", "name1": name, "type": "populatedPlace", "local_type": "Hamlet"}
    cells |= {"geometry_x": "522000", "geometry_y": "141000", "country": "England"}
    return ",".join(cells.get(column, "") for column in OPEN_NAMES_COLUMNS)


@pytest.mark.parametrize("name", ["nspl.csv", "nspl.csv.gz", "nspl.zip"])
def test_a_postcode_file_makes_its_postcodes_exact(name: str, app: Flask, file_of: Write) -> None:
    loaded = load(file_of(name, [HEADER, LE2_0QB]))
    assert (loaded.kind, loaded.taken, loaded.refused.total()) == ("postcodes", 1, 0)
    found = queries.locate("LE2 0QB")
    assert isinstance(found, Place)
    assert (found.certainty, found.lsoa_code, found.deprivation_decile) == ("exact", "E01032868", 2)


def test_an_ended_postcode_then_says_its_year(app: Flask, file_of: Write) -> None:
    load(file_of("nspl.csv", [HEADER, ENDED]))
    found = queries.locate("LE7 7UR")
    assert isinstance(found, PlaceProblem)
    assert (found.reason, found.ended) == ("ended", "2015")


def test_the_same_file_again_changes_nothing(app: Flask, file_of: Write) -> None:
    path = file_of("nspl.csv", [HEADER, LE2_0QB])
    load(path)
    again = load(path)
    assert again.is_known
    assert (count(GeographyFile), count(PostcodeFact)) == (1, 1)


def test_a_newer_file_replaces_the_rows_that_it_brings_and_keeps_the_others(app: Flask, file_of: Write) -> None:
    load(file_of("november.csv", [HEADER, LE2_0QB, ENDED]))
    load(file_of("february.csv", [HEADER, LE2_0QB.replace("3285", "9999")]))
    facts = {fact.postcode: fact.deprivation_rank for fact in db.session.scalars(select(PostcodeFact))}
    assert facts == {"LE20QB": 9999, "LE77UR": 100}


def test_an_earlier_file_can_be_brought_back_after_a_newer_one(app: Flask, file_of: Write) -> None:
    november = file_of("november.csv", [HEADER, LE2_0QB])
    load(november)
    load(file_of("february.csv", [HEADER, LE2_0QB.replace("3285", "9999")]))
    assert not load(november).is_known
    fact = db.session.get(PostcodeFact, "LE20QB")
    assert fact is not None
    assert fact.deprivation_rank == 3285


def test_bad_rows_are_counted_by_reason_and_the_good_ones_taken(app: Flask, file_of: Write) -> None:
    lines: Sequence[str] = [HEADER, "not a postcode,,,,,,,", LE2_0QB, "LE2", LE2_0QB.replace("52.63157", "north")]
    loaded = load(file_of("nspl.csv", lines))
    assert loaded.taken == 1
    assert sorted(loaded.refused.values()) == [1, 1, 1]
    file = db.session.scalars(select(GeographyFile)).one()
    assert (file.rows_taken, file.rows_refused) == (1, 3)


def test_a_file_that_breaks_off_leaves_nothing(app: Flask, file_of: Write) -> None:
    lines = [
        HEADER,
        *(f"LE2 {n % 10}{a}{b},,52.6,-1.1,,,E06000016," for n in range(10) for a in "QRSTUVW" for b in "ABCDEFGH"),
    ]
    path = file_of("nspl.csv.gz", lines * 20)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableFileError):
        load(path)
    assert (count(PostcodeFact), count(GeographyFile)) == (0, 0)


@pytest.mark.parametrize("lines", [[HEADER], [HEADER, "rubbish"], ["a,b", "1,2"]])
def test_a_file_without_a_usable_row_is_refused(lines: list[str], app: Flask, file_of: Write) -> None:
    with pytest.raises(UnreadableFileError):
        load(file_of("nspl.csv", lines))
    assert count(GeographyFile) == 0


def test_more_rows_than_the_country_has_are_refused(
    app: Flask, file_of: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MOST_ROWS", 1)
    with pytest.raises(UnreadableFileError, match="more than 1 rows"):
        load(file_of("nspl.csv", [HEADER, LE2_0QB, ENDED]))
    assert count(PostcodeFact) == 0


def test_one_postcode_twice_in_a_file_is_kept_once(app: Flask, file_of: Write) -> None:
    load(file_of("nspl.csv", [HEADER, LE2_0QB, LE2_0QB.replace("3285", "7")]))
    assert [fact.deprivation_rank for fact in db.session.scalars(select(PostcodeFact))] == [7]
    assert load(file_of("nspl.csv", [HEADER, LE2_0QB, LE2_0QB.replace("3285", "7")])).is_known


def test_loaded_names_of_neighbourhoods_are_used_at_once(app: Flask, file_of: Write) -> None:
    queries.locate("LE2 0QB")
    load(file_of("names.csv", NAMES))
    found = queries.locate("LE2 0QB")
    assert isinstance(found, Place)
    assert found.neighbourhood_name == "Castle Quarter"
    assert count(AreaName) == 1


def test_a_new_gazetteer_takes_the_place_of_the_old(app: Flask, file_of: Write) -> None:
    tile = "Data/TQ24.csv"
    load(file_of("april.zip", [open_name(1, "Pagewood"), open_name(2, "Norwood Hill")], member=tile))
    load(file_of("october.zip", [open_name(1, "Pagewood")], member=tile))
    assert [place.name for place in db.session.scalars(select(PlaceName))] == ["Pagewood"]
    found = queries.locate("pagewood")
    assert isinstance(found, Place)
    assert found.authority_name == "Mole Valley"
    assert isinstance(queries.locate("Norwood Hill"), PlaceProblem)
