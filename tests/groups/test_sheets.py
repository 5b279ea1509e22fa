"""A group's listings by spreadsheet: proposals row by row, nothing of others, and files that are made to break their reader."""

import csv
import io
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from threading import BoundedSemaphore
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.utils import get_column_letter

from portal.changes.facts import FACTS, read_all
from portal.changes.models import ChangeRequest
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.directory.models import Service
from portal.groups import sheet_columns, sheet_files, sheet_views, sheets
from portal.groups.models import SheetUpload
from portal.groups.sheet_columns import COLUMNS, HEADER, facts_of, texts_of
from portal.groups.sheet_files import UnreadableSheet
from tests.factories import Make
from tests.support.at_once import all_know, post_all
from tests.support.page import Browser, Page

AsUser = Callable[..., Browser]
Rows = list[dict[str, str]]
NEW = {
    "name": "Singing at Noon", "what happens": "We sing.", "helps with": "loneliness", "when": "Tuesday 10am to midday",
    "street": "1 Larkfield Road", "postcode": "LE2 0QB", "cost": "Free", "anyone welcome": "Yes",
    "ways to join": "Drop in", "e-mail": "sing@larkfield.example.org",
}  # fmt: skip


@pytest.fixture
def group(make: Make, as_user: AsUser) -> Any:
    """An organisation with two listings, and the browser of a trusted editor."""
    organisation = make.organisation()
    make.service(
        "Tuesday Table", organisation=organisation, sessions=[make.session()], email="hello@larkfield.example.org"
    )
    make.service("Walking Group", organisation=organisation, cost=300)
    return as_user(make.user("editor", organisation=organisation, trusted=True))


def _rows(mine: Browser) -> Rows:
    held = mine._open("GET", "/group/listings/spreadsheet/csv").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(held, newline="")))


def _csv(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _send(mine: Browser, held: bytes, name: str = "listings.csv", expect: int = 303) -> Page:
    form = mine.get("/group/listings/spreadsheet").form("/group/listings/spreadsheet")
    sent = {key: form[key] for key in ("csrf_token", "key", "organisation")}
    return mine.post("/group/listings/spreadsheet", sent | {"file": (io.BytesIO(held), name)}, expect=expect)


def test_every_fact_has_columns_but_space_and_what_is_for_staff_alone() -> None:
    """Space ages within days, and a file is passed on."""
    assert {one.fact for one in COLUMNS} == set(FACTS) - {"space", "urgent"}
    assert len({one.header for one in COLUMNS}) == len(COLUMNS)


def test_what_is_downloaded_and_sent_back_changes_nothing(app: Flask, group: Browser, make: Make) -> None:
    page = group.follow(_send(group, _csv(_rows(group))))
    assert "2 listings stay as they are" in page.main and "There is nothing to send." in page.main
    assert db.session.query(ChangeRequest).count() == 0


def test_every_kind_of_value_comes_back_as_it_was(sqlite_app: Flask, make: Make) -> None:
    service = make.service(
        "All of it", needs=("loneliness", "anxiety"), cost=350, languages=("ur",), phone="0116 496 0123",
        email="a@larkfield.example.org", url="https://larkfield.example.org", minimum_age=18, audiences=["carers"],
        anyone_welcome=True, first_visit=["Come in", "Sit down"], bring_someone=True, opening_text="Mornings",
        sessions=[make.session(), make.session("1MO,3MO", "14:00", "16:00", freq="monthly")], who_for="Anyone",
    )  # fmt: skip
    told = read_all(service)
    texts = texts_of(told)
    assert texts["when"].replace("\u00a0", " ") == "Tuesday 10am to midday; 1st and 3rd Monday 2pm to 4pm"
    assert (texts["cost"], texts["price in pounds"], texts["ways to join"]) == ("There is a price", "3.50", "Drop in")
    assert facts_of(texts, told) == ({}, [])
    facts, problems = facts_of(texts | {"price in pounds": "4", "youngest age": "21"}, told)
    assert not problems and facts["cost"]["options"][0]["amount"] == "4.00" and facts["ages"] == {"minimum": 21}


def test_changes_are_proposals_and_new_rows_wait(app: Flask, group: Browser, make: Make) -> None:
    rows = _rows(group)
    rows[0]["what happens"] = "Soup and talk."
    rows[1]["name"] = "Strolling Group"
    rows.append(dict.fromkeys(rows[0], "") | NEW)
    page = group.follow(_send(group, _csv(rows)))
    assert "2 listings will change" in page.main and "1 listing is new" in page.main
    address = str(page.one("form[action*=spreadsheet]")["action"])
    assert db.session.query(ChangeRequest).count() == 0
    done = group.post(address, expect=303)
    assert group.follow(done).words("main .notification p") == ["1 row is live.", "2 rows wait for a moderator."]
    states = {(one.kind, one.state) for one in db.session.query(ChangeRequest)}
    assert states == {("change", "live"), ("change", "waiting"), ("new", "waiting")}
    assert db.session.query(Service).filter_by(name="Tuesday Table").one().description == "Soup and talk."
    assert db.session.query(Service).filter_by(name="Walking Group").count() == 1, "a name waits"
    group.post(address, expect=303)
    assert db.session.query(ChangeRequest).count() == 3, "confirmed twice, done once"


def test_new_editors_pass_no_moderator_by_a_file(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.organisation()
    make.service("Tuesday Table", organisation=organisation)
    mine = as_user(make.user("editor", organisation=organisation))
    rows = _rows(mine)
    rows[0]["what happens"] = "Soup."
    page = mine.follow(_send(mine, _csv(rows)))
    mine.post(str(page.one("form[action*=spreadsheet]")["action"]), expect=303)
    assert db.session.query(ChangeRequest).one().state == "waiting"


def test_listings_of_others_are_refused_row_by_row(app: Flask, group: Browser, make: Make) -> None:
    theirs = make.service("Theirs", organisation=make.organisation("Other"))
    rows = _rows(group)
    rows[0]["id"], rows[0]["what happens"] = str(theirs.id), "Taken over"
    rows[1]["what happens"] = "Long walks."
    rows.append(rows[1] | {"id": "no id at all"})
    rows.append(dict(rows[1]))
    page = group.follow(_send(group, _csv(rows)))
    assert "3 rows cannot be read" in page.main and page.main.count("This is not one of your listings") == 2
    assert "stands in the file twice" in page.main and "1 listing will change" in page.main
    group.post(str(page.one("form[action*=spreadsheet]")["action"]), expect=303)
    assert db.session.get_one(Service, theirs.id).description != "Taken over"
    assert [one.service.name for one in db.session.query(ChangeRequest)] == ["Walking Group"]


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 20, "²", "-1"])
def test_a_version_that_is_no_number_of_ours_is_refused(sqlite_app: Flask, group: Browser, number: str) -> None:
    rows = _rows(group)
    rows[0] |= {"version": number, "what happens": "Soup."}
    page = group.follow(_send(group, _csv(rows)))
    assert "1 row cannot be read" in page.main and "Leave this number as it was." in page.main


def test_what_cannot_be_read_comes_back_with_what_to_mend(sqlite_app: Flask, group: Browser) -> None:
    rows = _rows(group)
    rows[0] |= {"cost": "lots", "when": "Tuesdays sometime", "e-mail": "none"}
    rows.append(dict.fromkeys(rows[0], "") | NEW | {"name": "=cmd()", "postcode": "ZZ1 1ZZ", "cost": ""})
    page = group.follow(_send(group, _csv(rows)))
    assert "2 rows cannot be read" in page.main and "We do not know “lots”" in page.main
    address = page.link("or as CSV")
    held = group._open("GET", address).get_data().decode("utf-8-sig")
    mended = list(csv.DictReader(io.StringIO(held, newline="")))
    assert len(mended) == 2 and "when: Write times like" in mended[0]["what to mend"]
    assert mended[1]["name"] == "'=cmd()", "nothing that goes out runs as a formula"
    assert "cost:" in mended[1]["what to mend"] and "postcode:" in mended[1]["what to mend"]
    mended[0] |= {"cost": "Free", "when": "Tuesday 10am to midday", "e-mail": "hello@larkfield.example.org"}
    again = group.follow(_send(group, _csv(mended[:1])))
    assert "cannot be read" not in again.main.replace("0 rows cannot be read", "")


def test_a_workbook_goes_and_comes(sqlite_app: Flask, group: Browser) -> None:
    held = group._open("GET", "/group/listings/spreadsheet/xlsx").get_data()
    book = openpyxl.load_workbook(io.BytesIO(held))
    sheet = book["listings"]
    assert tuple(cell.value for cell in sheet[1]) == HEADER
    sheet.cell(2, HEADER.index("what happens") + 1).value = "Soup."
    changed = io.BytesIO()
    book.save(changed)
    assert "1 listing will change" in group.follow(_send(group, changed.getvalue(), "mine.xlsx")).main


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(sqlite_app: Flask, group: Browser) -> None:
    rows = _rows(group)
    first = [dict(rows[0]) | {"what happens": "Cake."}]
    second = [dict(rows[0]) | {"what happens": "Soup."}]
    for sent in (first, second):
        page = group.follow(_send(group, _csv(sent)))
        done = group.post(str(page.one("form[action*=spreadsheet]")["action"]), expect=303)
    assert "changed meanwhile: Tuesday Table" in group.follow(done).main
    assert db.session.query(Service).filter_by(name="Tuesday Table").one().description == "Cake."


def _macro_workbook() -> bytes:
    held = io.BytesIO()
    openpyxl.Workbook().save(held)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"x" * 100)
    return held.getvalue()


def _formulas() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["name", "what happens"])
    book.active.append(['=HYPERLINK("https://evil.example","x")', "=1+1"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (b"", "is empty"),
        (_macro_workbook(), "This workbook holds macros"),
        (b"name,what happens\n" + b"a,b\n" * 1_000_000, "more than 20,000 rows"),
        (b"x" * 11_000_000, ""),
        ((",".join(f"c{n}" for n in range(300)) + "\n" + ",".join("x" * 300) + "\n").encode(), "more than 200 columns"),
        (b"title,words\na,b\n", "no column “name”"),
        (b"PK\x03\x04broken", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "cannot be read"),
    ],
    ids=["empty", "macros", "million", "large", "columns", "strange", "torn", "old", "picture"],
)
def test_files_made_to_break_their_reader_are_refused(sqlite_app: Flask, group: Browser, held: bytes, why: str) -> None:
    form = group.get("/group/listings/spreadsheet").form("/group/listings/spreadsheet")
    sent = {key: form[key] for key in ("csrf_token", "key", "organisation")} | {"file": (io.BytesIO(held), "x.xlsx")}
    page = group.post("/group/listings/spreadsheet", sent, expect=413 if not why else 422)
    assert why in page.main
    assert db.session.query(SheetUpload).count() == 0


def _repeated() -> bytes:
    """A small workbook: every cell is the same long text, which stands in it once."""
    book = openpyxl.Workbook()
    book.active.append(["name"])
    plain, held = io.BytesIO(), io.BytesIO()
    book.save(plain)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = "".join(f'<c r="{get_column_letter(number)}{{0}}" t="s"><v>{{1}}</v></c>' for number in range(1, 181))
    rows = "".join(f'<row r="{number}">{row.format(number, int(number > 1))}</row>' for number in range(1, 15))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    added = {
        "[Content_Types].xml": ("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'),
        "xl/_rels/workbook.xml.rels": (
            "</Relationships>", f'<Relationship Id="t" Type="{relation}" Target="sharedStrings.xml"/></Relationships>',
        ),
    }  # fmt: skip
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as after:
        for name in set(before.namelist()) - {"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"}:
            text = before.read(name).decode()
            after.writestr(name, text if "sharedStrings" in text else text.replace(*added.get(name, ("", ""))))
        after.writestr("xl/sharedStrings.xml", f"<sst {space}><si><t>name</t></si><si><t>{'x' * 5_000}</t></si></sst>")
        after.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>")
    return held.getvalue()


def test_a_small_workbook_does_not_become_a_heap_of_text(sqlite_app: Flask) -> None:
    held = _repeated()
    assert len(held) < 20_000
    with pytest.raises(UnreadableSheet, match="10 million letters"):
        sheet_files.read(io.BytesIO(held))


def test_reading_takes_a_bounded_time(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_files, "SECONDS", 1)
    head = ",".join(["name", *(f"c{number}" for number in range(199))])
    with pytest.raises(UnreadableSheet) as refused:
        sheet_files.read(io.BytesIO(f"{head}\n".encode() + (b"ab," * 199 + b"ab\n") * 16_000))
    assert "takes longer" in refused.value.detail


def test_others_write_while_a_file_is_read(sqlite_app: Flask, group: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite lets one write at a time, and a file may take half a minute."""
    rows = _rows(group)
    path = sqlite_app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")

    def reading(stream: Any) -> list[sheet_files.SheetRow]:
        with closing(sqlite3.connect(path, timeout=0.05, isolation_level=None)) as other:
            other.execute("begin immediate")
            other.execute("rollback")
        return sheet_files.read(stream)

    monkeypatch.setattr(sheet_views, "read", reading)
    _send(group, _csv(rows))


def test_few_files_are_read_at_once(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_files, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(sheet_files, "AT_ONCE", BoundedSemaphore(1))
    with sheet_files.AT_ONCE, pytest.raises(UnreadableSheet, match="Other files are being read"):
        sheet_files.read(io.BytesIO(b"name\nTea\n"))
    assert sheet_files.read(io.BytesIO(b"name,cost\nTea,Free\n"))[0].cells["name"] == "Tea"
    with pytest.raises(UnreadableSheet):
        sheet_files.read(io.BytesIO(b"PK\x03\x04broken"))
    assert sheet_files.AT_ONCE.acquire(blocking=False), "given back after a file that cannot be read"


def test_an_archive_of_many_files_is_left_to_its_reader(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(sheet_files.MOST_ENTRIES + 1):
            archive.writestr(f"xl/{number}.xml", b"")

    def opened(*_given: Any) -> None:
        raise AssertionError("its names were read in the process of the site")

    monkeypatch.setattr(zipfile, "ZipFile", opened)
    with pytest.raises(UnreadableSheet) as refused:
        sheet_files.read(io.BytesIO(held.getvalue()))
    assert "is the most" in refused.value.detail


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_file_that_is_confirmed_twice_at_once_is_done_once(
    app: Flask, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = make.organisation()
    make.service("Tuesday Table", organisation=organisation)
    user = make.user("editor", organisation=organisation, trusted=True)
    mine, again = as_user(user), as_user(user)
    rows = [*_rows(mine), NEW]
    rows[0]["what happens"] = "Soup."
    address = str(_send(mine, _csv([dict.fromkeys(HEADER, "") | row for row in rows])).headers["Location"])
    all_know(monkeypatch, sheets, "upload_for", 2)
    assert post_all([(mine, address, {}), (again, address, {})]) == [303, 303]
    assert sorted(one.kind for one in db.session.query(ChangeRequest)) == ["change", "new"]
    assert db.session.query(AuditEntry).filter_by(action="sheet.confirmed").count() == 1


def test_formulas_are_text_on_the_page_and_in_files(sqlite_app: Flask, group: Browser) -> None:
    page = group.follow(_send(group, _formulas(), "formulas.xlsx"))
    assert "1 row cannot be read" in page.main and not page.select('a[href*="evil"]')
    upload = db.session.query(SheetUpload).one()
    held = sheets.corrected(upload, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(held)).active
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value)


def test_every_cell_of_a_csv_is_between_quotation_marks() -> None:
    """Some programs part cells at semicolons and tabs too."""
    row = {"name": "Tea;=1+1\t=2+2", "cost": 'a "free" one'}
    held = sheet_files.written("csv", ["name", "cost"], [row]).decode("utf-8-sig")
    assert held.splitlines() == ['"name","cost"', '"Tea;=1+1\t=2+2","a ""free"" one"']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_files_in_other_encodings_are_read(sqlite_app: Flask, group: Browser, encoding: str) -> None:
    rows = _rows(group)
    rows[0]["what happens"] = "Café, crème brûlée and naïve talk – every week."
    page = group.follow(_send(group, _csv(rows, encoding)))
    assert "1 listing will change" in page.main
    upload = db.session.query(SheetUpload).one()
    assert "crème brûlée" in sheets.rows_of(upload)[0].cells["what happens"]


def test_a_row_is_named_by_the_number_beside_it_whatever_lines_cells_hold(sqlite_app: Flask, group: Browser) -> None:
    rows = _rows(group)
    rows[0]["what happens"] = "Soup.\nTalk.\nA walk."
    rows[1]["phone"] = "banana"
    page = group.follow(_send(group, _csv(rows)))
    assert "1 row cannot be read" in page.main and "Row 3:" in page.main


def test_a_line_of_broken_letters_costs_one_row(sqlite_app: Flask, group: Browser) -> None:
    rows = _rows(group)
    rows[0]["what happens"] = "Ünïcödé wörds äre hère, ünd möre öf thém"
    held = _csv(rows).replace(b"Walking Group", b"Walking \xff\xfe Group")
    assert "1 row cannot be read" in group.follow(_send(group, held)).main


def test_an_upload_is_its_owners_alone_and_is_forgotten(
    sqlite_app: Flask, group: Browser, make: Make, as_user: AsUser
) -> None:
    rows = _rows(group)
    rows[0]["what happens"] = "Soup."
    address = str(_send(group, _csv(rows)).headers["Location"])
    upload = db.session.query(SheetUpload).one()
    colleague = as_user(make.user("editor", organisation=db.session.query(Service).first().organization))  # type: ignore[union-attr]
    colleague.get(address, expect=404)
    colleague.post(address, expect=404)
    colleague.get(f"{address}/corrected.csv", expect=404)
    raw = db.session.execute(db.text("select body from sheet_upload")).scalar_one()
    assert "Soup" not in str(raw), "encrypted"
    upload.created_at -= sheets.KEPT_FOR
    db.session.commit()
    group.get(address, expect=404)
    sheets.tidy.run()
    assert db.session.query(SheetUpload).count() == 0


def test_times_are_looked_for_in_short_texts_alone(
    sqlite_app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To find that 9,000 spaces after a day are no time took longer than an hour."""
    looked_at: list[str] = []

    class Looking:
        def fullmatch(self, text: str) -> None:
            looked_at.append(text)

    monkeypatch.setattr(sheet_columns, "SESSION", Looking())
    told = read_all(make.service("Tuesday Table", sessions=[make.session()]))
    for typed in ("Tuesday" + " " * 9_000 + "x", "Tuesday " + "1 - " * 2_000):
        facts, problems = facts_of({"when": typed}, told)
        assert not facts and problems[0][0] == "when"
    assert looked_at == ["Tuesday x"]


def test_few_uploads_of_one_user_are_kept(app: Flask, group: Browser) -> None:
    held = _csv(_rows(group))
    addresses = [str(_send(group, held).headers["Location"]) for _number in range(sheets.MOST_KEPT + 2)]
    assert db.session.query(SheetUpload).count() == sheets.MOST_KEPT
    group.get(addresses[-1])
    group.get(addresses[0], expect=404)


def test_a_file_of_rubbish_is_not_read_to_its_end(sqlite_app: Flask, group: Browser) -> None:
    rows = [NEW | {"name": f"Singing {number}", "cost": "lots"} for number in range(sheets.MOST_REFUSED + 1)]
    assert "More than 500 rows have something to mend" in _send(group, _csv(rows), expect=422).main


def test_a_file_that_changes_too_much_is_split(sqlite_app: Flask, group: Browser) -> None:
    rows = [NEW | {"name": f"Singing {number}"} for number in range(sheets.MOST_CHANGES + 1)]
    assert "More than 200 rows would change something" in _send(group, _csv(rows), expect=422).main
