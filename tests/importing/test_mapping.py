from pathlib import Path

import pytest

from portal.importing.guessing import guess, mapping_of
from portal.importing.lines import FileProblem
from portal.importing.mapping import read_mapping, record_of
from tests.importing.files import read

COLUMNS = ("Group", "Post Code", "E-mail", "Telephone", "Opening times", "Last updated", "Website", "Serial")
ROWS: list[tuple[str, ...]] = [
    (
        "Larkfield Circle",
        "LE2 0QB",
        "a@larkfield.org.uk",
        "0116 222 2222",
        "Mon 10am-12pm",
        "12/03/2026",
        "www.a.org",
        "45231",
    ),
    ("Ash Club", "LE2 1AA", "b@ash.org.uk", "0116 333 3333", "Tue 2-4pm", "01/04/2026", "www.b.org", "45232"),
]


def guessed(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> dict[str, str]:
    return mapping_of(guess(columns, rows)).columns


def test_columns_are_guessed_by_name_and_contents() -> None:
    assert guessed(("Service name", *COLUMNS[1:]), ROWS) == {
        "Service name": "name",
        "Post Code": "postcode",
        "E-mail": "email",
        "Telephone": "phone",
        "Opening times": "opening_text",
        "Website": "url",
    }


def test_a_column_of_dates_or_serial_numbers_is_nothing_whatever_it_is_called() -> None:
    rows: list[tuple[str, ...]] = [("A", "45231", "01/04/2026", "45231"), ("B", "45232", "02/04/2026", "45233")]
    assert guessed(("Name", "Charity number", "Phone", "Postcode"), rows) == {"Name": "name"}


def test_postcodes_are_known_by_what_they_are() -> None:
    assert guessed(("Name", "Where"), [("A", "LE2 0QB"), ("B", "M1 3HF")])["Where"] == "postcode"


def test_days_of_the_week_are_opening_times_together() -> None:
    document = {
        "row": {"Name": "A", "Monday": "10am-12pm", "Tuesday": ""},
        "mapping": guessed(("Name", "Monday", "Tuesday"), []),
    }
    assert record_of(document) == {"name": "A", "opening_text": "Monday: 10am-12pm"}


def test_several_columns_make_one_address_and_a_disarmed_cell_is_itself_again() -> None:
    mapping = {"Name": "name", "Line 1": "address", "Line 2": "address"}
    document = {
        "row": {"Name": "'@home", "Line 1": "1 Road", "Line 2": "Leicester", "Other": "kept"},
        "mapping": mapping,
    }
    assert record_of(document) == {"name": "@home", "address": "1 Road, Leicester"}


def test_a_record_that_is_no_table_row_is_taken_as_it_is() -> None:
    assert record_of({"name": "A", "row": {}}) == {"name": "A", "row": {}}


def test_the_guess_is_written_read_and_changed_by_hand(tmp_path: Path) -> None:
    table = tmp_path / "groups.csv"
    table.write_text("Group,Area\nA,North\nB,South\n")
    mapping = tmp_path / "groups.yaml"
    mapping.write_text(read(table).mapping_text.replace("Group:", "Group: name") + "source: Groups\n")
    found = read_mapping(mapping)
    assert (found.columns, found.source) == ({"Group": "name"}, "Groups")
    assert [row.document for row in read(table, found).rows][1] == {
        "row": {"Group": "B", "Area": "South"},
        "mapping": {"Group": "name"},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: {A: nonsense}", "not a fact we know"),
        ("columns: {A: name, B: name}", "more than one column"),
        ("columns: {A: postcode}", 'no column is said to be the "name"'),
        ("columns: [A]", 'no "columns"'),
        ("columns: {A: name}\nextra: 1", "unknown entry"),
        ("a: [", "not YAML"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
        ("columns: {Missing: name}", 'no column "Missing"'),
    ],
)
def test_a_mapping_that_is_wrong_says_what_is(tmp_path: Path, text: str, words: str) -> None:
    table, mapping = tmp_path / "groups.csv", tmp_path / "groups.yaml"
    table.write_text("A,B\nx,y\n")
    mapping.write_text(text)
    with pytest.raises(FileProblem, match=words):
        read(table, read_mapping(mapping))


def test_a_name_and_a_place_in_everyday_words_are_guessed() -> None:
    columns = ("Name of group", "What we do", "Where", "Postcode")
    rows: list[tuple[str, ...]] = [("Larkfield Circle", "Tea and talk", "Larkfield Hall", "LE2 0QB")]
    assert list(guessed(columns, rows).values()) == ["name", "description", "address", "postcode"]
