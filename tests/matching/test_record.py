"""What fits a person, from their record: what is taken from it, what can be changed, who may look, and where it leads."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.matching.records import told_by, wanted_for, where
from portal.people.models import Person
from portal.referrals.models import ReferralSetting
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.people import make_user
from tests.support.referrals import World, agree, make_person

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
ACCESS = {"language": "gu", "interpreter": True, "getting_in": ["step_free", "bring_someone"], "formats": ["bsl"]}


def older(loop: World, **told: Any) -> Person:
    """Somebody of 67 who needs step-free access and speaks Gujarati."""
    about = {"birth_date": date(1959, 3, 27), "access": ACCESS, **told}
    return make_person(loop.team, worker=loop.worker, **about)


def verdicts(page: Page) -> dict[str, str]:
    found = zip(page.words(".match .service-card__name"), page.words(".match__heading"), strict=True)
    return {name: words.partition(" : ")[2] for name, words in found}


def reasons(page: Page) -> dict[str, list[str]]:
    return {
        row.a.get_text(): [one.get_text(" ", strip=True) for one in row.select(".match__said li")]  # type: ignore[union-attr]
        for row in page.select(".misfits > ul > li")
    }


def index(loop: World, index_now: Callable[[], None]) -> None:
    """Have all of it found. Jobs end the session that the loop was read in: it is read anew."""
    parts = {name: (type(one), one.id) for name, one in vars(loop).items()}
    index_now()
    for name, (kind, id_) in parts.items():
        setattr(loop, name, db.session.get_one(kind, id_))


def looks(person: Person) -> int:
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read"))
    return sum(1 for one in entries if (one.details or {}).get("what") == "match" and one.subject_id == str(person.id))


def test_the_record_is_read_as_answers(sqlite_app: Flask, loop: World) -> None:
    details = {"gender": "female", "carer_status": "yes", "veteran": "no"}
    person = older(loop, needs=("loneliness", "bereavement"), details=details)
    with sqlite_app.test_request_context():
        answers = told_by(person)
        assert answers.of("topic") == ("loneliness", "bereavement") and answers.of("who") == ("woman", "carers")
        assert answers.of("access") == ("step_free", "bring_someone", "bsl") and answers.of("language") == ("gu",)
        wanted = wanted_for(person, answers, where(person))
        assert wanted.ages == (67, 67) and wanted.interpreter and wanted.signs and wanted.asker == "link_worker"
        assert wanted.are == {"woman", "carers"} and wanted.are_not == {"veterans"}
        assert wanted.place is not None and wanted.place.shared == "LE2 0"


def test_a_record_that_tells_nothing_asks_for_nothing(sqlite_app: Flask, loop: World) -> None:
    person = make_person(loop.team, postcode=None, access={}, needs=())
    with sqlite_app.test_request_context():
        wanted = wanted_for(person, told_by(person), where(person))
        assert not (
            wanted.needs or wanted.ages or wanted.access or wanted.languages or wanted.place or wanted.interpreter
        )
        by_group = make_person(loop.team, age_group="65-over", access={})
        assert wanted_for(by_group, told_by(by_group), None).ages == (65, 130)


@pytest.fixture
def some(sqlite_app: Flask, loop: World, make: Make, index_now: Callable[[], None]) -> Person:
    """Services that fit in part, and the person."""
    step_free = {"access": {"step_free": True}}
    told: dict[str, Any] = {"organisation": loop.group, "bring_someone": True, "languages": ["gu", "bsl"]}
    make.service("Warm Welcome", minimum_age=50, place=step_free, joining=["professional_only"], **told)
    make.service("Quiet Corner", place={"access": {}}, **told)
    make.service("Stairs Club", minimum_age=50, place={"access": {"step_free": False}}, **told)
    shut = make.service("Shut Door", minimum_age=50, place=step_free, **told)
    db.session.add(ReferralSetting(service_id=shut.id, is_open=False))
    away = make.service("Elsewhere Lunch", minimum_age=50, place=step_free, **told)
    db.session.add(ReferralSetting(service_id=away.id, serves=["LE9"]))
    index(loop, index_now)
    return older(loop)


def test_a_link_worker_sees_what_fits_filled_from_the_record(some: Person, loop: World, as_user: AsUser) -> None:
    worker = as_user(loop.worker)
    page = worker.get(worker.get(f"/clients/{some.reference}").link("What fits this person"))
    assert verdicts(page) == {
        "Warm Welcome": "Fits",
        "Quiet Corner": "May fit: ask about age and step-free access",
        "Tuesday Table": "May fit: ask about age, step-free access, bringing someone, language and British Sign Language (BSL)",
    }
    assert "A link worker can refer" in page.words(".match__said--fits li")
    assert "Ask whether an interpreter can come: Gujarati" in page.words(".match__said li")
    assert reasons(page) == {
        "Stairs Club": ["It is not step-free"],
        "Shut Door": ["Takes no referrals here. Phone them instead"],
        "Elsewhere Lunch": ["Takes people who live in LE9"],
    }
    assert page.one("#topic-loneliness").has_attr("checked") and page.one("#access-step_free").has_attr("checked")
    assert page.one('#language option[value="gu"]').has_attr("selected")
    assert "As on the record: 60 to 69" in page.words("#age option") and not page.select("#near")
    assert "1959" not in page.html and "0QB" not in page.html and "Vantongeren" not in page.html


def test_refer_leads_into_the_usual_way_for_this_person(some: Person, loop: World, as_user: AsUser) -> None:
    worker = as_user(loop.worker)
    page = worker.get(f"/clients/{some.reference}/match")
    link = str(page.select(".match .refer-part__link")[0]["href"])
    assert link.startswith(f"/clients/{some.reference}/refer?service=")
    assert "Warm Welcome" in worker.get(link).main
    assert len(page.select('input[form="refer-ticked"]')) == 3 and page.one("form#refer-ticked")


def test_who_was_referred_there_already_is_told(some: Person, loop: World, as_user: AsUser) -> None:
    agree(loop.person, loop.group)
    loop.introduction("sent")
    page = as_user(loop.worker).get(f"/clients/{loop.person.reference}/match")
    assert reasons(page)["Tuesday Table"] == ["Referred there already, and it is still open"]


def test_answers_are_changed_for_the_page_alone_and_stand_in_no_address(
    some: Person, loop: World, as_user: AsUser
) -> None:
    worker, at = as_user(loop.worker), f"/clients/{some.reference}/match"
    before, version = looks(some), some.version
    page = worker.post(at, {"go": "1", "topic": "loneliness", "age": "18_25", "near": "N1 9GU"}, expect=200)
    assert reasons(page)["Warm Welcome"] == ["Only for people aged 50 and over"]
    assert "The record stays as it is." in page.main and "About 2" not in page.main
    for link in page.select("a[href]"):
        assert "topic=" not in str(link["href"]) and "age=" not in str(link["href"]), link
    assert looks(some) == before + 1
    db.session.expire_all()
    kept = db.session.get_one(Person, some.id)
    assert kept.version == version and kept.access == ACCESS and kept.postcode == "LE2 0QB"
    assert "All answers come from the record." in worker.get(at).main and looks(some) == before + 2


def test_no_need_is_a_mistake_where_it_was_sent_and_a_question_where_the_record_has_none(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    person = make_person(loop.team, worker=loop.worker, needs=())
    worker, at = as_user(loop.worker), f"/clients/{person.reference}/match"
    first = worker.get(at)
    assert "The record says of no needs yet." in first.main and not first.select(".error-summary, .match")
    wrong = worker.post(at, {"go": "1", "access": ["parking"]}, expect=422)
    assert wrong.words(".error-summary li") == ["Choose what would help"] and wrong.one("#access-parking").has_attr(
        "checked"
    )


def test_the_next_page_carries_the_answers_in_a_form(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser, index_now: Callable[[], None]
) -> None:
    for number in range(13):
        make.service(f"Number {number}")
    index(loop, index_now)
    worker, at = as_user(loop.worker), f"/clients/{loop.person.reference}/match"
    first = worker.get(at)
    form = first.one("form.choose__pages")
    sent = {str(one["name"]): str(one["value"]) for one in form.select("input, button")}
    assert sent["page"] == "2" and sent["topic"] == "loneliness" and "near" not in sent
    second = worker.post(at, {name: value for name, value in sent.items() if name != "csrf_token"}, expect=200)
    assert len(first.select(".match")) == 10 and len(second.select(".match")) == 4
    assert not {*verdicts(first)} & {*verdicts(second)}


def test_a_closed_record_is_matched_without_a_way_to_refer(some: Person, loop: World, as_user: AsUser) -> None:
    worker = as_user(loop.worker)
    db.session.get_one(Person, some.id).closed_at = clock.now()
    db.session.commit()
    page = worker.get(f"/clients/{some.reference}/match")
    assert page.select(".match") and not page.select(".refer-part, #refer-ticked")
    assert "What fits this person" not in worker.get(f"/clients/{some.reference}").words("a")


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_may_look(
    some: Person, loop: World, make: Make, as_user: AsUser, browser: Browser, method: str
) -> None:
    at, before = f"/clients/{some.reference}/match", looks(some)
    told = {"go": "1", "topic": "loneliness"}
    others = [
        (as_user(make_user("link-worker", organisation=make.organisation("Another team"))), 404),
        (as_user(make_user("group-worker", organisation=loop.team)), 403),
        (as_user(make_user("referrer", organisation=loop.team)), 403),
        (as_user(make_user("administrator")), 403),
        (browser, 303),
    ]
    for other, expected in others:
        page = other.get(at, expect=expected) if method == "get" else other.post(at, told, expect=expected)
        assert "Quilla" not in page.html and "Warm Welcome" not in page.html
    assert looks(some) == before


def test_each_look_is_kept_and_told_to_the_person(some: Person, loop: World, as_user: AsUser) -> None:
    worker = as_user(loop.worker)
    worker.get(f"/clients/{some.reference}/match")
    assert looks(some) == 1
    assert "Looked at what fits with what the record says" in worker.get(f"/clients/{some.reference}/seen").main


def test_a_post_needs_its_token(some: Person, loop: World, as_user: AsUser) -> None:
    as_user(loop.worker).post(f"/clients/{some.reference}/match", {"go": "1"}, expect=400, csrf=False)


def test_danger_comes_first_here_too(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    person = make_person(loop.team, worker=loop.worker, needs=("abuse",))
    page = as_user(loop.worker).get(f"/clients/{person.reference}/match")
    assert page.html.index("urgent-abuse") < page.html.index("<h1")


def test_no_more_is_asked_of_the_database_for_more_results(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser, index_now: Callable[[], None], count_statements: Any
) -> None:
    index(loop, index_now)
    worker, at = as_user(loop.worker), f"/clients/{loop.person.reference}/match"
    worker.get(at)
    with count_statements() as few:
        worker.get(at)
    for number in range(25):
        made = make.service(f"Number {number}", sessions=[make.session()], minimum_age=50 if number % 2 else None)
        db.session.add(ReferralSetting(service_id=made.id, serves=["LE2"]))
    index_now()
    with count_statements() as many:
        page = worker.get(at)
    assert len(page.select(".match")) == 10
    assert len(many) <= len(few), "\n".join(many)


def test_an_age_is_that_of_today(sqlite_app: Flask, loop: World) -> None:
    person = older(loop, birth_date=date(2000, 11, 24))
    with sqlite_app.test_request_context():
        assert wanted_for(person, told_by(person), None).ages == (25, 25)
