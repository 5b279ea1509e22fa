import json
from pathlib import Path

import pytest

from portal.importing.jsonlines import json_rows
from portal.importing.lines import Lines
from portal.importing.rows import Row, digest_of
from tests.importing.files import record, write_lines


def rows(path: Path) -> list[Row]:
    return list(json_rows(Lines(path)))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"name": "half', "not whole JSON"),
        ('{"name": "A", "lat": NaN}', "NaN"),
        ('{"name": "A", "lat": -Infinity}', "-Infinity"),
        ('{"name": "A", "lat": 1e999}', "too large"),
        ('{"name": "A", "id": ' + "9" * 5_000 + "}", "too long"),
        ('{"a": ' * 30 + "1" + "}" * 30, "nested"),
        ("[" * 300_000, "nested"),
        ('{"name": "A", "name": "B"}', "twice"),
        ("[1, 2]", "a list"),
        ('"text"', "a text"),
        ("null", "null"),
        ("true", "true or false"),
        (json.dumps({str(number): 1 for number in range(2_000)}), "1,000 keys"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_its_reason(tmp_path: Path, line: str, words: str) -> None:
    found = rows(write_lines(tmp_path, record(), line, record()))
    assert [row.line for row in found] == [1, 2, 3]
    assert [row.problem is None for row in found] == [True, False, True]
    assert words in str(found[1].problem)


def test_empty_lines_are_passed_over_and_lines_are_counted_as_in_the_file(tmp_path: Path) -> None:
    assert [row.line for row in rows(write_lines(tmp_path, record(), "", "  ", record()))] == [1, 4]


def test_references_are_plain_text_and_unreadable_letters_are_marked(tmp_path: Path) -> None:
    found = rows(write_lines(tmp_path, '{"name": {"$ref": "#/name"}, "note": "a\\u0000b\\ud800"}'))
    assert found[0].document == {"name": {"$ref": "#/name"}, "note": "a\ufffdb\ufffd"}


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1, "b": [3]})
