import csv
import io

from portal.core.csv_files import csv_answer, csv_text


def test_cells_come_back_as_they_were_and_no_formula_is_run() -> None:
    text = csv_text([["Group", "People"], ['Tea;\n"talk"', 1200], ["=1+1", None], ["Café", -5]])
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows == [["Group", "People"], ['Tea;\n"talk"', "1200"], ["'=1+1", ""], ["Café", "'-5"]]
    assert text.endswith('"Café","\'-5"\r\n')


def test_it_is_a_file_that_is_downloaded_in_utf_8() -> None:
    answer = csv_answer("grants-2026-11-30", [["Café"]])
    assert answer.mimetype == "text/csv" and answer.get_data() == b'\xef\xbb\xbf"Caf\xc3\xa9"\r\n'
    assert answer.headers["Content-Disposition"] == "attachment; filename=grants-2026-11-30.csv"
