"""Pages of sources: what is typed is kept, what is done stands in the chain, and nothing grows with the records shown."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from portal.accounts.models import User
from portal.assurance.models import CheckItem
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.directory.models import Service, Source, SourceRecord
from portal.importing.actions import Origin, import_rows
from portal.importing.rows import Row, digest_of
from portal.sources import actions, queries
from portal.sources.models import SourceMatch, SourceRun, SourceSetting, SourceTask, StagedRecord
from portal.sources.running import perform_run
from tests.factories import Make
from tests.sources.peers import add, read, service
from tests.sources.town import Town, town
from tests.support.page import Browser

TYPED = {
    "name": "Larkfield council", "where": "address", "address": "https://example.org/api", "profile": "oruk3", "mapping": "",
    "licence": "Open Government Licence v3.0", "area": "Leicester", "rhythm": "weekly", "trust": "preview",
}  # fmt: skip
AsUser = Callable[..., Browser]


@pytest.fixture
def desk(app: Flask, make: Make, as_user: AsUser) -> Browser:
    """An administrator's browser."""
    return as_user(make.user("administrator", name="Robin Hale"))


@pytest.fixture
def busy(app: Flask, make: Make) -> Iterator[Town]:
    with town(make, make.user("moderator")) as found:
        yield found


def setting() -> SourceSetting:
    return db.session.scalars(select(SourceSetting)).one()


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def applied(busy: Town) -> None:
    """The reading that waits, accepted and applied."""
    with unit():
        actions.accept_run(queries.run_of(busy.waiting), by="operator", in_worker=False)
    perform_run(busy.waiting)
    db.session.remove()


def test_without_any_source_the_page_says_so_and_leads_on(desk: Browser) -> None:
    page = desk.get("/admin/sources")
    assert "No other directory is read yet." in page.main
    assert page.link("Add the first source") == "/admin/sources/new"
    assert desk.get("/admin").link("Sources") == "/admin/sources"


def test_a_source_is_added_with_all_that_was_typed(desk: Browser) -> None:
    answer = desk.post("/admin/sources/new", TYPED, expect=303)
    assert answer.headers["Location"].endswith(str(setting().source_id))
    assert (setting().profile, setting().rhythm, setting().trust) == ("oruk3", "weekly", "preview")
    assert (setting().area, setting().address) == (["E06000016"], "https://example.org/api")
    assert setting().source.licence == "Open Government Licence v3.0"
    page = desk.follow(answer)
    assert "nothing is taken before you have looked" in page.main
    assert "It has not been read yet." in page.main
    assert acts()[-1] == "source.added"


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"name": " "}, "name", "Enter a name, like Larkfield council"),
        ({"name": "x" * 121}, "name", "Use 120 characters or fewer"),
        ({"address": ""}, "address", "Enter the address of the feed or file, like https://example.org/api"),
        ({"address": "http://example.org"}, "address", "must begin with https://"),
        ({"address": "https://user:secret@example.org"}, "address", "must hold no user name and no password"),
        ({"address": "https://127.0.0.1/feed%00"}, "address", "a machine that is not on the public internet"),
        ({"area": "Leicester\nAtlantis"}, "area", "We know no council called Atlantis."),
        ({"where": "file"}, "rhythm", "Files are read when somebody sends one."),
        ({"profile": "table"}, "mapping", "Say which column is which fact"),
        ({"profile": "table", "mapping": "Group: no such fact"}, "mapping", "no such fact"),
        ({"profile": "hsds9"}, "profile", "Choose one of these"),
        ({"trust": ""}, "trust", "Choose one of these"),
        ({"rhythm": "hourly\x00"}, "rhythm", "Choose one of these"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    desk: Browser, changed: dict[str, str], field: str, sentence: str
) -> None:
    page = desk.post("/admin/sources/new", {**TYPED, **changed}, expect=422)
    assert sentence in page.one(f"#{field}-error").get_text()
    assert page.select(f'.error-summary a[href="#{field}"]')
    assert page.one("#licence")["value"] == TYPED["licence"]
    assert db.session.scalars(select(SourceSetting)).all() == []


def test_columns_of_a_table_may_be_typed_a_line_each(desk: Browser) -> None:
    typed = {
        **TYPED,
        "where": "file",
        "rhythm": "by_hand",
        "profile": "table",
        "mapping": "Group: name\nPost code: postcode",
    }
    desk.post("/admin/sources/new", typed, expect=303)
    assert setting().mapping == "columns:\n  Group: name\n  Post code: postcode"
    assert "Group: name" in desk.get(f"/admin/sources/{setting().source_id}/change").html


def test_two_sources_of_one_name_are_refused(desk: Browser) -> None:
    desk.post("/admin/sources/new", TYPED, expect=303)
    page = desk.post("/admin/sources/new", TYPED, expect=422)
    assert "There is a source of this name already." in page.one("#name-error").get_text()


def test_how_it_is_read_can_be_changed(desk: Browser) -> None:
    desk.post("/admin/sources/new", TYPED, expect=303)
    change = f"/admin/sources/{setting().source_id}/change"
    assert desk.get(change).one("#area").get_text().strip() == "Leicester"
    desk.post(change, {**TYPED, "name": "Larkfield", "area": "", "rhythm": "monthly"}, expect=303)
    assert (setting().source.name, setting().area, setting().rhythm) == ("Larkfield", [], "monthly")
    assert acts()[-1] == "source.changed"


def test_a_file_is_sent_read_and_looked_at(desk: Browser) -> None:
    typed = {
        **TYPED,
        "where": "file",
        "rhythm": "by_hand",
        "profile": "table",
        "mapping": "Group: name\nPost code: postcode",
    }
    desk.post("/admin/sources/new", typed, expect=303)
    here = f"/admin/sources/{setting().source_id}/file"
    assert "Choose a file first." in desk.post(here, {}, expect=422).one("#file-error").get_text()
    assert "larger than 10 MB" in desk.post(here, {"file": (io.BytesIO(b""), "empty.csv")}, expect=422).main
    body = b"Group,Post code\nTuesday Table,LE2 0QB\n,LE1 1AA\n"
    answer = desk.post(here, {"file": (io.BytesIO(body), "groups.csv")}, expect=303)
    work_until_idle()
    page = desk.follow(answer)
    assert "It is the first reading of this source" in page.main
    assert "Tuesday Table" in page.main
    assert db.session.scalars(select(Service)).all() == []
    assert acts()[-2:] == ["source.uploaded", "source.run_asked"]


def test_a_feed_that_cannot_be_read_is_reported_plainly_and_nothing_is_touched(desk: Browser, busy: Town) -> None:
    busy.peer.wrong["/services?1"] = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!"
    answer = desk.post(f"/admin/sources/{busy.source_id}/read", {"what": "whole"}, expect=303)
    work_until_idle()
    page = desk.follow(answer)
    assert "It could not be read" in page.main
    assert "Nothing of it was taken" in page.main
    assert "Everything was read" not in page.main
    assert len(db.session.scalars(select(SourceRecord.id)).all()) == 10


def test_a_reading_shows_what_it_would_do_with_facts_before_and_after(desk: Browser, busy: Town) -> None:
    run = f"/admin/sources/runs/{busy.waiting}"
    page = desk.get(f"{run}?show=changed")
    rows = page.select(".sources__records > li")
    assert len(rows) == 3
    assert [tag.get_text() for tag in rows[1].select("del, ins")] == [
        "removed: Apple circle 2",
        "added: circle, under its new name",
    ]
    assert "Edited here and so kept: What happens" in rows[0].get_text()
    assert "Elder Apple circle 4" in desk.get(f"{run}?show=vanished").main
    assert 'Its "name" is a list, not a text.' in desk.get(f"{run}?show=refused").main
    assert "Copy of Larkfield Library" in desk.get(f"{run}?show=copy").main
    assert "May be: Larkfield Library" in desk.get(f"{run}?show=doubtful").main
    assert "None of its records is one of these." in desk.get(f"{run}?show=left_out").main


@pytest.mark.parametrize(
    "query", ["show=%00", "show=nonsense&page=99999999999999", "page=-1", "page=%F0%9F%98%80", "show=" + "x" * 5000]
)
def test_nonsense_in_an_address_is_taken_for_nothing(desk: Browser, busy: Town, query: str) -> None:
    assert "Record by record" in desk.get(f"/admin/sources/runs/{busy.waiting}?{query}").main
    desk.get(f"/admin/sources/tasks?source=nobody&{query}")
    desk.get(f"/admin/sources/records/{busy.record('doubtful')}?same_as={query[:40]}")


def test_a_refused_reading_takes_nothing_and_cannot_be_accepted_afterwards(desk: Browser, busy: Town) -> None:
    decide = f"/admin/sources/runs/{busy.waiting}/decide"
    desk.post(decide, {"do": "\x00"}, expect=303)
    assert db.session.get_one(SourceRun, busy.waiting).state == "waiting", "what is neither yes nor no does nothing"
    assert "Nothing of this reading was taken." in desk.follow(desk.post(decide, {"do": "refuse"}, expect=303)).main
    again = desk.follow(desk.post(decide, {"do": "accept"}, expect=303))
    assert "This reading was decided already." in again.main
    assert "Refused by a person" in again.main
    assert acts()[-1] == "source.run_refused"


def test_a_reading_that_would_take_away_over_a_fifth_says_so_and_asks(desk: Browser, busy: Town) -> None:
    for number in range(5):
        busy.peer.services.pop(service(number)["id"], None)
    with unit():
        queries.setting_of(busy.source_id).trust = "apply"
    run = read(busy.source_id, whole=True)
    assert run.state == "waiting"
    page = desk.get(f"/admin/sources/runs/{run.id}")
    assert "more than a fifth" in page.main
    assert "5 listings would become tasks, since the source holds them no more." in page.main
    assert "refuse it and read it again later" in page.main


@pytest.mark.parametrize(
    ("verdict", "answer"), [("copy", "copy"), ("take", "copy"), ("new", "own"), ("leave", "left_out")]
)
def test_each_answer_about_a_doubtful_record_is_kept(desk: Browser, busy: Town, verdict: str, answer: str) -> None:
    doubtful = busy.record("doubtful")
    sent = {"verdict": verdict, "same_as": str(busy.library)}
    page = desk.post(f"/admin/sources/records/{doubtful}/decide", sent, expect=303)
    found = db.session.scalars(select(SourceMatch)).one()
    assert (found.answer, found.how) == (answer, "person")
    run = f"/admin/sources/runs/{busy.waiting}"
    leads_to = f"/admin/sources/listings/{busy.library}?reading={busy.waiting}" if verdict == "take" else run
    assert page.headers["Location"].endswith(leads_to)
    assert acts()[-1] == "source.record_decided"
    assert "Decided:" in desk.get(f"/admin/sources/records/{doubtful}").main


def test_the_page_of_facts_leads_back_to_the_reading_that_one_came_from(desk: Browser, busy: Town) -> None:
    run = f"/admin/sources/runs/{busy.waiting}"
    name = db.session.get_one(Service, busy.edited).name
    here = desk.get(f"{run}?show=changed").link(name)
    page = desk.get(here)
    assert page.link("Back to the reading") == run
    sent = {"from": page.one('input[name="from"]')["value"], "fact": "description"}
    assert page.one("main form")["action"] == here
    assert desk.follow(desk.post(here, sent, expect=303)).link("Back to the reading") == run
    for nonsense in ("", "%00", "x" * 5000, str(uuid4())):
        plain = desk.get(f"/admin/sources/listings/{busy.edited}?reading={nonsense}")
        assert plain.link("Back to sources") == "/admin/sources"


def test_an_answer_that_is_none_and_a_listing_that_was_not_offered_are_refused(desk: Browser, busy: Town) -> None:
    decide = f"/admin/sources/records/{busy.record('doubtful')}/decide"
    assert "Choose what this record is." in desk.post(decide, {"verdict": "\x00"}, expect=422).main
    page = desk.post(decide, {"verdict": "copy", "same_as": str(busy.edited)}, expect=422)
    assert "Choose which listing it is the same as." in page.main
    assert page.select('input[name="verdict"][value="copy"][checked]'), "what was chosen is kept"


def test_what_was_settled_is_not_asked_again_unless_name_or_place_changes(desk: Browser, busy: Town) -> None:
    doubtful = busy.record("doubtful")
    told = db.session.get_one(StagedRecord, doubtful)
    external_id = told.external_id or ""
    sent = {"verdict": "copy", "same_as": str(busy.library)}
    desk.post(f"/admin/sources/records/{doubtful}/decide", sent, expect=303)
    applied(busy)
    busy.peer.services[external_id]["description"] = "Come in and read."
    assert read(busy.source_id, whole=True).counts.get("doubtful", 0) == 0
    busy.peer.services[external_id]["name"] = "Judo for the brave"
    again = read(busy.source_id, whole=True)
    rows = db.session.scalars(select(StagedRecord).where(StagedRecord.run_id == again.id)).all()
    [asked] = [one for one in rows if one.external_id == external_id]
    assert (asked.outcome, asked.applied_at) == ("new", None), (
        "under that name it is no copy any more, and somebody looks"
    )


def test_what_was_left_doubtful_is_decided_after_the_reading_was_applied_too(desk: Browser, busy: Town) -> None:
    applied(busy)
    before = db.session.scalar(select(func.count()).select_from(Service)) or 0
    page = desk.get(f"/admin/sources/{busy.source_id}")
    assert "1 record may be a listing that we hold already" in page.main
    record = page.link("Decide about them")
    answer = desk.post(f"{record}/decide", {"verdict": "new"}, expect=303)
    assert answer.headers["Location"].endswith(f"/admin/sources/runs/{busy.waiting}"), "nothing else waits"
    work_until_idle()
    assert db.session.scalar(select(func.count()).select_from(Service)) == before + 1
    assert "may be a listing" not in desk.get(f"/admin/sources/{busy.source_id}").main


def test_what_a_reading_wrote_down_in_english_says_so_in_pages_of_other_languages(desk: Browser, busy: Town) -> None:
    page = desk.get(f"/ur/admin/sources/runs/{busy.waiting}?show=refused")
    assert 'Its "name" is a list, not a text.' in [one.get_text() for one in page.select('main [lang="en"][dir="ltr"]')]


def test_a_record_that_became_a_listing_leads_to_it(desk: Browser, busy: Town) -> None:
    run = f"/admin/sources/runs/{busy.waiting}?show=new"
    assert not desk.get(run).select('.sources__records a[href*="/admin/sources/listings/"]')
    applied(busy)
    made = db.session.scalars(select(SourceRecord).where(SourceRecord.external_id == service(11)["id"])).one()
    name, address = made.service.name, f"/admin/sources/listings/{made.service_id}?reading={busy.waiting}"
    assert desk.get(run).link(name) == address
    assert name in desk.get(address).main


def test_what_lies_in_another_council_is_counted_on_the_page_of_the_reading(desk: Browser, busy: Town) -> None:
    passed_over = "In another council, so passed over"
    assert passed_over not in desk.get(f"/admin/sources/runs/{busy.waiting}").main
    reading = db.session.get_one(SourceRun, busy.waiting)
    reading.counts = {**reading.counts, "elsewhere": 48}
    db.session.commit()
    assert f"{passed_over} 48" in " ".join(desk.get(f"/admin/sources/runs/{busy.waiting}").main.split())


def test_an_older_reading_says_that_records_moved_on_and_its_tabs_count_what_is_left(desk: Browser, busy: Town) -> None:
    assert "not listed here any more" not in desk.get(f"/admin/sources/runs/{busy.waiting}").main
    page = desk.get(f"/admin/sources/runs/{busy.first}")
    assert "5 records of this reading are not listed here any more: later readings found them again." in page.main
    assert page.link("See the newest reading") == f"/admin/sources/runs/{busy.waiting}"
    assert [" ".join(one.get_text().split()) for one in page.select(".views li")] == ["All", "New 5"]
    assert len(page.select(".sources__records > li")) == 5
    assert queries.run_of(busy.first).counts["new"] == 10, "what was found then stays told"


def test_a_reading_of_which_nothing_is_left_does_not_say_that_nothing_changed(desk: Browser, busy: Town) -> None:
    newest = read(busy.source_id, whole=True)
    page = desk.get(f"/admin/sources/runs/{busy.waiting}")
    assert "there is nothing to change" not in page.main
    assert "are not listed here any more" in page.main
    assert page.link("See the newest reading") == f"/admin/sources/runs/{newest.id}"
    db.session.execute(update(SourceRun).values(state="applied"))
    db.session.commit()
    assert "there is nothing to change" not in desk.get(f"/admin/sources/runs/{busy.waiting}").main


def test_records_that_were_forgotten_with_time_are_not_said_to_have_moved_on(desk: Browser, busy: Town) -> None:
    db.session.execute(update(SourceRun).where(SourceRun.id == busy.first).values(ended_at=clock.now() - timedelta(91)))
    db.session.commit()
    assert "or their 90 days were over" in desk.get(f"/admin/sources/runs/{busy.first}").main


def test_administration_says_beside_sources_what_waits_and_what_was_stopped(desk: Browser, busy: Town) -> None:
    def marks() -> list[str]:
        return [one.get_text() for one in desk.get("/admin").select('.sheet__row:has(a[href="/admin/sources"]) .mark')]

    assert marks() == ["1 waits for you"]
    desk.post(f"/admin/sources/runs/{busy.waiting}/decide", {"do": "refuse"}, expect=303)
    assert marks() == []
    db.session.execute(update(SourceSetting).values(state="stopped"))
    db.session.commit()
    assert marks() == ["1 stopped"]


def test_pausing_and_resuming(desk: Browser, busy: Town) -> None:
    here = f"/admin/sources/{busy.source_id}"
    assert (
        "nothing is read until you resume it"
        in desk.follow(desk.post(f"{here}/switch", {"to": "off"}, expect=303)).main
    )
    assert "Paused" in desk.get("/admin/sources").main
    desk.post(f"{here}/switch", {"to": "on"}, expect=303)
    db.session.expire_all()
    assert setting().state == "active"
    assert acts()[-2:] == ["source.paused", "source.resumed"]


def test_removing_a_source_says_what_becomes_of_its_listings(desk: Browser, busy: Town) -> None:
    here = f"/admin/sources/{busy.source_id}/remove"
    page = desk.get(here)
    assert "10 listings of ours come from it." in page.main
    assert "9 of them would be withdrawn" in page.main
    assert "Choose what becomes of its listings." in desk.post(here, {"fate": "burn"}, expect=422).main
    assert "9 listings were withdrawn" in desk.follow(desk.post(here, {"fate": "go"}, expect=303)).main
    gone = select(func.count()).select_from(Service).where(Service.withdrawn_at.is_not(None))
    assert db.session.scalar(gone) == 9
    assert db.session.get_one(Service, busy.edited).withdrawn_at is None, "somebody edited it here"
    assert db.session.scalars(select(SourceSetting)).all() == []
    assert db.session.scalars(select(Source.name)).all() == ["Larkfield council"], (
        "listings go on saying where they came from"
    )
    assert acts()[-1] == "source.removed"
    desk.get(f"/admin/sources/{busy.source_id}", expect=404)


def test_listings_may_stay_when_their_source_goes(desk: Browser, busy: Town) -> None:
    desk.post(f"/admin/sources/{busy.source_id}/remove", {"fate": "stay"}, expect=303)
    assert db.session.scalar(select(func.count()).select_from(SourceRecord)) == 10
    assert db.session.scalars(select(Service.withdrawn_at).where(Service.withdrawn_at.is_not(None))).all() == []
    assert db.session.scalars(select(StagedRecord)).all() == []


@pytest.mark.parametrize("answer", ["close", "keep", "ask"])
def test_a_listing_that_its_source_has_lost_is_a_task(desk: Browser, busy: Town, answer: str) -> None:
    applied(busy)
    page = desk.get("/admin/sources/tasks")
    assert "nothing was closed" in page.main
    assert len(page.select(".sheet__list > li")) == 2
    task_id = db.session.scalars(select(SourceTask.id).where(SourceTask.kind == "vanished")).one()
    here = f"/admin/sources/tasks/{task_id}"
    assert "Choose how you know" in desk.post(here, {"answer": answer}, expect=422).one("#reason-error").get_text()
    assert (
        "Choose what is to happen" in desk.post(here, {"reason": "group"}, expect=422).one("#answer-error").get_text()
    )
    desk.post(here, {"answer": answer, "reason": "website"}, expect=303)
    task = db.session.get_one(SourceTask, task_id)
    assert task.state == {"close": "closed", "keep": "kept", "ask": "open"}[answer]
    assert db.session.get_one(Service, task.service_id).status == ("inactive" if answer == "close" else "active")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "source.task_settled")).one()
    assert (entry.why, entry.details["answer"]) == ("website", answer)
    if answer == "ask":
        assert db.session.scalars(select(CheckItem.service_id)).all() == [task.service_id]
        assert "The group is being asked" in desk.get("/admin/sources/tasks").main
    else:
        late = desk.post(here, {"answer": "keep", "reason": "group"}, expect=422)
        assert "This was settled already." in late.main


def test_whose_each_fact_is_stands_on_a_page_for_those_who_may_change_it(
    busy: Town, make: Make, as_user: AsUser, desk: Browser
) -> None:
    here = f"/group/listings/{busy.edited}/origin"
    moderator = as_user(make.user("moderator"))
    page = moderator.get(here)
    row = next(row for row in page.select("tbody tr") if "What happens" in row.get_text())
    assert "Tea, cake and a chat each Tuesday." in row.get_text()
    assert "A friendly circle, number 1, with tea." in row.get_text()
    assert (
        moderator.get(f"/group/listings/{busy.edited}/edit").link("Whose each fact is: from Larkfield council") == here
    )
    as_user(make.user("editor", organisation=make.organisation("Others"))).get(here, expect=404)
    admin = f"/admin/sources/listings/{busy.edited}"
    teller = page.one('input[name="from"]')["value"]
    assert "tells of the listing no more" in desk.post(admin, {"from": "nobody", "fact": "*"}, expect=422).main
    assert "There is nothing to take" in desk.post(admin, {"from": teller, "fact": "alert"}, expect=422).main
    assert "Taken." in desk.follow(desk.post(admin, {"from": teller, "fact": "description"}, expect=303)).main
    assert db.session.get_one(Service, busy.edited).description == "A friendly circle, number 1, with tea."


def test_a_listing_that_was_made_here_has_no_other_teller(busy: Town, desk: Browser) -> None:
    assert "No other directory tells of it." in desk.get(f"/admin/sources/listings/{busy.library}").main
    desk.get(f"/admin/sources/listings/{uuid4()}", expect=404)


def test_a_preview_of_ten_thousand_records_costs_the_same_few_statements(
    sqlite_app: Flask, make: Make, as_user: AsUser, count_statements: Callable[[], Any]
) -> None:
    few, many = _with_staged(30), _with_staged(10_000)
    browser = as_user(make.user("administrator"))
    for show in ("", "changed", "doubtful", "new"):
        browser.get(f"/admin/sources/runs/{many}?show={show}")  # what a process reads once
        with count_statements() as small:
            browser.get(f"/admin/sources/runs/{few}?show={show}")
        with count_statements() as large:
            page = browser.get(f"/admin/sources/runs/{many}?show={show}&page=2")
        assert len(page.select(".sources__records > li")) == 50
        assert len(large) <= len(small) + 2, (show, len(small), len(large))
        assert len(large) < 45, (show, large)


def _with_staged(count: int) -> UUID:
    """A reading with so many records: a third changed (each a listing of ours), a third new, a third doubtful."""
    name = f"Elsewhere {count}"
    source_id = add(None, name=name)
    held = [{"hsds": service(number)} for number in range(60)]
    list(import_rows((Row(line, one) for line, one in enumerate(held, start=1)), Origin(name)))
    ours = dict(db.session.execute(
        select(SourceRecord.external_id, SourceRecord.service_id).where(SourceRecord.source_id == source_id)
    ).all())  # fmt: skip
    run = SourceRun(id=new_id(), source_id=source_id, state="waiting", doubt="first", counts={"read": count})
    db.session.add(run)
    db.session.flush()
    some, run_id = list(ours.values()), run.id
    rows = []
    for number in range(count):
        outcome = ("changed", "new", "doubtful")[number % 3]
        known = held[number % 60]["hsds"]
        document = {"hsds": {**known, "description": f"Told anew, the {number}th time."}}
        alike = [{"service": str(some[(number + step) % 60]), "score": 0.6, "why": {}} for step in range(3)]
        rows.append({
            "id": new_id(), "run_id": run_id, "source_id": source_id, "line": number, "external_id": f"{number}",
            "name": f"Record {number}", "outcome": outcome, "why": None, "changed": ["description"], "kept": [], "notes": [],
            "document": document, "digest": digest_of(document), "decision": None, "applied_at": None,
            "service_id": ours[known["id"]] if outcome == "changed" else None,
            "candidates": alike if outcome == "doubtful" else [],
        })  # fmt: skip
    db.session.execute(insert(StagedRecord), rows)
    run.counts = {"read": count, "changed": count // 3, "new": count // 3, "doubtful": count // 3}
    db.session.commit()
    return run_id


def test_everything_is_for_administrators_alone(busy: Town, make: Make, as_user: AsUser, browser: Browser) -> None:
    addresses = [
        "/admin/sources", "/admin/sources/new", f"/admin/sources/{busy.source_id}", f"/admin/sources/runs/{busy.waiting}",
        f"/admin/sources/records/{busy.record('doubtful')}", "/admin/sources/tasks", f"/admin/sources/listings/{busy.edited}",
    ]  # fmt: skip
    moderator: User = make.user("moderator")
    signed_in = as_user(moderator)
    for address in addresses:
        browser.get(address, expect=303)
        signed_in.get(address, expect=403)
    before = len(db.session.scalars(select(SourceRun.id)).all())
    signed_in.post(f"/admin/sources/runs/{busy.waiting}/decide", {"do": "accept"}, expect=403)
    assert db.session.get_one(SourceRun, busy.waiting).state == "waiting"
    assert len(db.session.scalars(select(SourceRun.id)).all()) == before
