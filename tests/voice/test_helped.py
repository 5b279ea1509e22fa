""" "Did it help?": asked once by a safe way, answered once without a name, and counted so that nobody can tell who said what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, inspect, select, text, update

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import Base, db
from portal.core.tokens import new_token
from portal.core.transactions import unit
from portal.notifications.models import OutboxMessage
from portal.people import consents
from portal.people.models import Person
from portal.referrals.models import Introduction, SafetyConcern
from portal.referrals.telling import unsay
from portal.voice import helped
from portal.voice.kinds import HELPED
from portal.voice.models import HelpedAsked, HelpedCount, HelpedToken, HelpedWords
from tests.factories import Make
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser
from tests.support.people import browser_as, make_user
from tests.support.referrals import World, make_person
from tests.support.traces import in_rows

EMAIL = "quilla.v@people.example.org"
HELP = "Does someone need help right now?"
DANGER = "He hits me there and I am afraid"
WORSE = {"helped": "worse", "again": "no"}


@pytest.fixture(autouse=True)
def _by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helped, "is_day", lambda: True)


@pytest.fixture
def loop(make: Make, sqlite_app: Flask) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


def came(loop: World, *, days: int = 4, **options: Any) -> Introduction:
    """An introduction whose first visit was so many days ago."""
    made = loop.introduction("in-progress", **options)
    db.session.execute(
        update(Introduction).where(Introduction.id == made.id).values(started_at=clock.now() - timedelta(days=days))
    )
    db.session.commit()
    return made


def ask() -> None:
    with unit():
        helped.ask.run()


def link_to(service_id: UUID, *, team_id: UUID | None = None, days: int = 28) -> str:
    """A link that asks about a service."""
    token, hashed = new_token()
    row = HelpedToken(
        token_hash=hashed, service_id=service_id, team_id=team_id, expires_on=clock.today() + timedelta(days=days)
    )
    db.session.add(row)
    db.session.commit()
    return f"/helped/{token}"


def counts() -> dict[tuple[str, str], int]:
    """What was counted, without zeros."""
    db.session.rollback()
    return {(one.helped, one.again): one.count for one in db.session.scalars(select(HelpedCount)) if one.count}


def questions(mailbox: Mailbox) -> list[Any]:
    return [one for one in mailbox.to(EMAIL) if "Did it help" in one.subject]


def test_some_days_after_a_first_visit_somebody_is_asked_once(loop: World, mailbox: Mailbox, browser: Browser) -> None:
    reference = came(loop).reference
    for _ in range(3):
        ask()
    (mail,) = questions(mailbox)
    for told in ("Quilla", "Vantongeren", "Tuesday Table", "Larkfield", reference):
        assert told not in mail.subject + mail.text
    (path,) = [one for one in paths_in(mail) if one.startswith("/helped/")]
    page = browser.get(path)
    assert page.words("h1") == ["Did it help?"]
    assert "You went to Tuesday Table" in page.main
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert counts() == {}
    assert [one.asked_on for one in db.session.scalars(select(HelpedAsked))] == [clock.today()]


def test_nobody_is_asked_too_early_too_late_or_before_they_came(loop: World, mailbox: Mailbox) -> None:
    came(loop, days=2)
    other = World.__new__(World)
    other.__dict__.update(loop.__dict__, person=make_person(loop.team, worker=loop.worker, given_name="Hal"))
    came(other, days=29)
    third = World.__new__(World)
    third.__dict__.update(loop.__dict__, person=make_person(loop.team, worker=loop.worker, given_name="Ina"))
    third.introduction("booked")
    ask()
    assert questions(mailbox) == []
    assert db.session.scalars(select(HelpedToken)).all() == []


def test_nobody_is_asked_at_night(loop: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    came(loop)
    monkeypatch.setattr(helped, "is_day", lambda: False)
    ask()
    assert db.session.scalars(select(HelpedAsked)).all() == []


@pytest.mark.parametrize("how", ["do not contact", "no safe way", "died", "consent ended"])
def test_who_must_not_be_written_to_is_not_asked_nor_later(how: str, loop: World, mailbox: Mailbox) -> None:
    made = came(loop)
    person, person_id = made.person, made.person_id
    if how == "do not contact":
        person.do_not_contact = True
    elif how == "no safe way":
        person.contact = {"ways": ["phone"], "phone": "+447700900982", "email": EMAIL}
    elif how == "died":
        person.death_recorded_at = clock.now()
    else:
        held = consents.active(person.id, made.organization_id)
        assert held is not None
        held.expires_on = clock.today() - timedelta(days=1)
    db.session.commit()
    ask()
    person = db.session.get_one(Person, person_id)
    person.do_not_contact, person.death_recorded_at = False, None
    person.contact = {"ways": ["e-mail"], "email": EMAIL}
    db.session.commit()
    ask()
    assert questions(mailbox) == []
    assert db.session.scalars(select(HelpedToken)).all() == []


def test_who_stopped_such_messages_gets_no_more(loop: World, mailbox: Mailbox, browser: Browser) -> None:
    came(loop)
    ask()
    (mail,) = questions(mailbox)
    stop = next(one for one in paths_in(mail) if "stop" in one)
    page = browser.get(stop)
    browser.post(str(page.one("main form")["action"]), expect=303)
    db.session.query(HelpedAsked).delete()
    db.session.query(OutboxMessage).delete()
    db.session.commit()
    ask()
    assert len(questions(mailbox)) == 1
    assert len(db.session.scalars(select(HelpedToken)).all()) == 1


def test_what_waits_is_taken_back_with_the_persons_yes(loop: World, mailbox: Mailbox) -> None:
    person_id = came(loop).person_id
    ask()
    with unit():
        unsay(db.session.get_one(Person, person_id), None)
    assert questions(mailbox) == []


def test_a_sensitive_need_is_asked_about_discreetly(loop: World, mailbox: Mailbox, make: Make) -> None:
    loop.service = make.service("The Lantern", organisation=loop.group, needs=["abuse"])
    came(loop)
    ask()
    (mail,) = questions(mailbox)
    assert "Hereabouts" not in f"{mail.subject} {mail.sender_name}"


def test_an_answer_adds_to_a_count_and_the_link_is_gone(app: Flask, browser: Browser, make: Make) -> None:
    path = link_to(make.service().id)
    browser.get(path)
    page = browser.follow(browser.post(path, {"helped": "a-lot", "again": "yes", "words": "Kind people"}, expect=303))
    assert "It is counted" in page.text
    assert counts() == {("a-lot", "yes"): 1}
    assert db.session.scalars(select(HelpedToken)).all() == []
    browser.post(path, {"helped": "not"}, expect=404)
    assert counts() == {("a-lot", "yes"): 1}
    (words,) = db.session.scalars(select(HelpedWords))
    assert (words.words, words.state) == ("Kind people", "waiting")
    assert words.goes_on > clock.today() + timedelta(days=89)


def test_used_expired_foreign_and_unknown_links_are_answered_alike(
    browser: Browser, make: Make, sqlite_app: Flask
) -> None:
    service = make.service()
    used, old = link_to(service.id), link_to(service.id, days=-1)
    browser.post(used, {"helped": "a-lot"}, expect=303)
    foreign = f"/helped/{new_token()[0]}"
    paths = (used, old, foreign, "/helped/" + "x" * 43)
    pages = [browser.get(path, expect=404) for path in paths]
    browser.get("/helped/%00%F0", expect=404)
    assert len({page.html.replace(path, "") for page, path in zip(pages, paths, strict=True)}) == 1
    assert len({str(sorted((k, v) for k, v in page.headers if k != "Date")) for page in pages}) == 1
    for path in (used, old, foreign):
        assert browser.post(path, {"helped": "a-lot"}, expect=404).words("h1") == ["This link does not work any more"]
    assert counts() == {("a-lot", "none"): 1}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "Choose whether it helped"),
        ({"helped": "nonsense"}, "Choose whether it helped"),
        ({"helped": "a-lot", "again": "\x00"}, "Choose whether you would go again, or leave it empty"),
        ({"helped": "a-lot", "words": "x" * 501}, "Use 500 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(
    wrong: dict[str, str], sentence: str, browser: Browser, make: Make, sqlite_app: Flask
) -> None:
    path = link_to(make.service().id)
    assert sentence in browser.post(path, wrong, expect=422).words(".error-summary")[0]
    browser.post(path, {"helped": "a-lot"}, expect=303)


def test_too_many_answers_from_one_place_are_held_up(browser: Browser, make: Make, sqlite_app: Flask) -> None:
    service = make.service()
    for _ in range(helped.MOST_AN_HOUR):
        browser.post(link_to(service.id), {"helped": "a-lot"}, expect=303)
    path = link_to(service.id)
    browser.post(path, {"helped": "a-lot"}, expect=429)
    browser.get(path)


def test_words_of_danger_lead_to_help_first_and_are_not_kept(browser: Browser, make: Make, sqlite_app: Flask) -> None:
    path = link_to(make.service().id)
    page = browser.post(path, {"helped": "a-little", "words": "I want to end my life"}, expect=200)
    assert page.words("h1") == [HELP]
    assert counts() == {}
    browser.post(path, page.form(path) | {"change": "yes"}, expect=200)
    browser.post(path, page.form(path) | {"send": "yes"}, expect=303)
    assert counts() == {("a-little", "none"): 1}
    assert db.session.scalars(select(HelpedWords)).all() == []
    assert db.session.scalars(select(SafetyConcern)).all() == []


def test_danger_where_it_made_things_worse_goes_to_safeguarding_leads_without_a_name(
    browser: Browser, loop: World, mailbox: Mailbox, sqlite_app: Flask
) -> None:
    lead = make_user("safeguarding-lead", organisation=loop.team, email="lead@saffron.example.org")
    staff = browser_as(sqlite_app, make_user("editor", organisation=loop.group))
    path = link_to(loop.service.id, team_id=loop.team.id)
    page = staff.post(path, WORSE | {"words": DANGER}, expect=200)
    assert "the people who look after safety" in page.main
    staff.post(path, page.form(path) | {"send": "yes"}, expect=303)
    (concern,) = db.session.scalars(select(SafetyConcern))
    assert DANGER in concern.words
    assert "Tuesday Table" in concern.words
    assert (concern.organization_id, concern.raised_for_id) == (loop.team.id, loop.group.id)
    assert (concern.person_id, concern.introduction_id, concern.by_user_id) == (None, None, None)
    assert counts() == {("worse", "no"): 1}
    assert db.session.scalars(select(HelpedWords)).all() == []
    told = mailbox.to("lead@saffron.example.org")
    assert len(told) == 1
    assert DANGER not in told[0].text
    assert browser_as(sqlite_app, db.session.merge(lead)).get("/safety").status == 200


def test_where_nobody_reads_worries_the_page_says_so_and_no_words_are_kept(
    browser: Browser, loop: World, sqlite_app: Flask
) -> None:
    path = link_to(loop.service.id, team_id=loop.team.id)
    page = browser.post(path, WORSE | {"words": DANGER}, expect=200)
    assert "do not keep your words" in page.main
    browser.post(path, page.form(path) | {"send": "yes"}, expect=303)
    assert db.session.scalars(select(SafetyConcern)).all() == []
    assert "hits me" not in "\n".join(in_rows(db.engine).values())


def test_no_column_of_an_answer_leads_to_a_person_or_a_time() -> None:
    for model in (HelpedCount, HelpedToken, HelpedWords):
        table = inspect(model).local_table
        leads = {key.column.table.name for key in table.foreign_keys}
        assert leads <= {"service", "organization", "neighbourhood", "account"}
        assert not [one.name for one in table.columns if "time" in str(one.type).lower()]
    assert "account" not in {key.column.table.name for key in Base.metadata.tables["helped_count"].foreign_keys}
    assert {one.name for one in Base.metadata.tables["helped_asked"].columns} == {"introduction_id", "asked_on"}


def test_neither_number_nor_order_of_rows_tells_who_answered_what(app: Flask, browser: Browser, make: Make) -> None:
    services = sorted((make.service(f"Group {number}") for number in range(2)), key=lambda one: one.id.hex)
    seen = []
    for order in (list(HELPED), list(reversed(HELPED))):
        for service in services:
            for answer in order:
                browser.post(link_to(service.id), {"helped": answer, "again": "yes"}, expect=303)
        db.session.rollback()
        rows = db.session.execute(text("select * from helped_count order by quarter, service_id, helped, again")).all()
        assert len(rows) == len(services) * 4 * 4
        seen.append([tuple(row) for row in rows])
        if db.engine.dialect.name == "sqlite":
            # as the table lies: counts stand in no index that could be read in its place
            lying = db.session.execute(text("select service_id, helped, again, count from helped_count")).all()
            assert lying == sorted(lying)
        db.session.query(HelpedCount).delete()
        db.session.commit()
    assert seen[0] == seen[1]


def test_the_audit_chain_says_that_somebody_answered_and_nothing_else(
    browser: Browser, make: Make, sqlite_app: Flask
) -> None:
    browser.post(link_to(make.service().id), {"helped": "worse", "words": "Cold"}, expect=303)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "helped.answered")).one()
    assert (entry.actor_kind, entry.actor_id, entry.subject_kind, entry.subject_id, entry.details) == (
        "person",
        None,
        None,
        None,
        {},
    )


def test_an_answer_writes_nothing_that_knows_the_person(loop: World, browser: Browser, mailbox: Mailbox) -> None:
    made = came(loop)
    known = (str(made.id), made.id.hex, str(made.person_id), made.person_id.hex, EMAIL)
    ask()
    path = next(one for one in paths_in(questions(mailbox)[0]) if one.startswith("/helped/"))
    written: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: written.append(f"{said[2]} {said[3]}"))
    browser.post(path, {"helped": "worse", "again": "no", "words": "Cold and loud"}, expect=303)
    changes = [one for one in written if one.split()[0].lower() in {"insert", "update", "delete"}]
    assert any("helped_count" in one for one in changes)
    for one in changes:
        for told in (*known, path.rpartition("/")[2]):
            assert told not in one
    assert "helped_asked" not in " ".join(changes)


def test_of_two_that_come_at_once_one_is_counted(app: Flask, make: Make) -> None:
    import threading

    service = make.service()
    path, answers = link_to(service.id), []
    clients = [Browser(app) for _ in range(4)]
    tokens = [one.csrf_token() for one in clients]

    def send(number: int) -> None:
        sent = {"helped": "a-lot", "csrf_token": tokens[number]}
        answers.append(clients[number].client.post(path, data=sent).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 404, 404, 404]
    assert counts() == {("a-lot", "none"): 1}


def test_old_links_and_words_of_old_quarters_go(browser: Browser, make: Make, sqlite_app: Flask) -> None:
    from portal.voice import actions

    service = make.service()
    link_to(service.id, days=-1)
    browser.post(link_to(service.id), {"helped": "a-lot", "words": "Kind people"}, expect=303)
    with unit():
        actions.tidy.run()
    assert db.session.scalars(select(HelpedToken)).all() == []
    assert len(db.session.scalars(select(HelpedWords)).all()) == 1
    db.session.query(HelpedWords).update({"goes_on": clock.today()})
    db.session.commit()
    with unit():
        actions.tidy.run()
    assert db.session.scalars(select(HelpedWords)).all() == []


def test_an_address_of_an_answer_is_in_no_log(browser: Browser, make: Make, capsys: Any, sqlite_app: Flask) -> None:
    path = link_to(make.service().id)
    capsys.readouterr()
    browser.post(path, {"helped": "a-lot", "words": "Zeppelin"}, expect=303)
    logged = "".join(capsys.readouterr())
    assert path.rpartition("/")[2] not in logged
    assert "Zeppelin" not in logged
