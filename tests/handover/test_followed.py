"""What a practice sees of those whom it handed over, what it can do, and who sees nothing."""

import json
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.handover import course
from portal.people import consents
from portal.people.actions import add_goal, note_contact
from portal.people.consents import Agreement
from portal.referrals import answering, documents, ending, messages, sending, visiting, withdrawing
from portal.referrals.actors import SYSTEM, Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, Message
from portal.referrals.moving import move
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.handover.conftest import Surgery, handed_over
from tests.support.page import Browser
from tests.support.people import browser_as, make_user

PAGE = "/refer/link-worker"
LIST = "/refer/followed"


class Followed:
    """One handover, with the team's and the practice's browsers."""

    def __init__(self, app: Flask, surgery: Surgery, **typed: Any) -> None:
        self.surgery, self.browser = surgery, browser_as(app, surgery.referrer)
        self.browser.post(PAGE, data={**surgery.typed, "again": "yes", **typed}, expect=303)
        self.one = handed_over()[-1]
        self.address = f"{LIST}/{self.one.reference}"
        self.team = Actor(Who.PROVIDER, user=surgery.worker, organization_id=surgery.team.id)

    def page(self, expect: int = 200) -> str:
        return self.browser.get(self.address, expect=expect).main

    def ends(self) -> None:
        """Accepted, begun with a goal, and finished."""
        answering.accept(self.one, by=self.team)
        add_goal(self.one.person, "Walk to the shop again", by=self.surgery.worker)
        note_contact(
            self.one.person, at=clock.now(), mode="phone", outcome="reached", by=self.surgery.worker,
            organization_id=self.surgery.team.id,
        )  # fmt: skip
        visiting.start(self.one, by=self.team)
        db.session.flush()
        goals = {str(goal.id): "achieved" for goal in self.one.person.goals}
        report = {"goals": goals, "last_contact": clock.today().isoformat(), "why_no_measure": "declined"}
        ending.complete(self.one, by=self.team, given=Given(report=report))
        db.session.commit()


@pytest.fixture
def followed(sqlite_app: Flask, surgery: Surgery) -> Followed:
    return Followed(sqlite_app, surgery)


def onward(followed: Followed, make: Make) -> Introduction:
    """What the team asks of a group for the same person."""
    service = make.service("Tuesday Table", organisation=make.organisation("Larkfield Circle"))
    by = Actor(Who.REFERRER, user=followed.surgery.worker, organization_id=followed.surgery.team.id)
    referral = sending.new_referral(
        followed.one.person, Wanted(route="link-worker", needs=["loneliness"]), by=by,
        organization_id=followed.surgery.team.id, user_id=followed.surgery.worker.id,
    )  # fmt: skip
    made = sending.to_service(referral, service, by=by)
    held = consents.give(followed.one.person, service.organization_id, Agreement(how="spoken"), by="operator")
    sending.send(made, held, by=by)
    db.session.commit()
    return made


def test_steps_come_with_their_days_and_each_reading_is_noted(sqlite_app: Flask, surgery: Surgery) -> None:
    followed = Followed(sqlite_app, surgery)
    assert "Sent, not seen" in followed.page() and "Q.V., " in followed.page()
    noted = db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(followed.one.person_id)).all()
    assert [one.details["what"] for one in noted] == ["handover"] * 2
    followed.ends()
    page = followed.browser.get(followed.address)
    steps = [" ".join(one.get_text(" ").split()) for one in page.select(".course__step")]
    assert [step.rsplit(" ", 2)[0] for step in steps] == [
        "Sent", "Seen", "Accepted", "First contact", "First visit", "Finished",
    ]  # fmt: skip
    assert page.one("[aria-current=step]").get_text().strip().startswith("Finished")
    assert "Vantongeren" not in page.html and "900982" not in page.html and "Company" not in page.html
    ended = followed.browser.get(f"{LIST}?view=ended")
    assert followed.one.shown_reference in ended.main and "Ended (1)" in ended.main
    assert "Nobody is handed over now" in followed.browser.get(LIST).main


def steps(followed: Followed) -> list[tuple[str, bool]]:
    """What each step is called, and whether it has come."""
    db.session.expire_all()
    return [(one.label, one.is_done) for one in course.steps_of(followed.one)]


def test_steps_tell_what_came_whatever_became_of_it(sqlite_app: Flask, surgery: Surgery) -> None:
    asked = Followed(sqlite_app, surgery)
    answering.ask(asked.one, "Can they manage stairs?", by=asked.team)
    db.session.commit()
    assert steps(asked)[:3] == [("Sent", True), ("Seen", True), ("Accepted", False)]
    practice = Actor(Who.REFERRER, user=surgery.referrer, organization_id=surgery.practice.id)
    withdrawing.withdraw(asked.one, by=practice, given=Given(reason="moved-away"))
    db.session.commit()
    assert steps(asked) == [("Sent", True), ("Seen", True), ("Accepted", False), ("Withdrawn", True)]
    never = Followed(sqlite_app, surgery, key="a" * 32)
    withdrawing.withdraw(never.one, by=practice, given=Given(reason="moved-away"))
    db.session.commit()
    assert steps(never) == [("Sent", True), ("Seen", False), ("Accepted", False), ("Withdrawn", True)]
    gone = Followed(sqlite_app, surgery, key="b" * 32)
    answering.accept(gone.one, by=gone.team)
    ending.not_start(gone.one, by=gone.team, given=Given(reason="no-longer-wants"))
    db.session.commit()
    assert [label for label, is_done in steps(gone) if is_done] == ["Sent", "Seen", "Accepted", "Did not start"]
    late = Followed(sqlite_app, surgery, key="c" * 32)
    move(late.one, "expire", by=SYSTEM, given=Given(reason="no-answer"))
    db.session.commit()
    assert steps(late) == [("Sent", True), ("Seen", False), ("No answer", True)]


def test_how_it_ended_is_told_only_where_the_person_agreed(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    silent = Followed(sqlite_app, surgery)
    onward(silent, make)
    silent.ends()
    told = silent.page()
    assert "Walk to the shop" not in told and "Tuesday Table" not in told and "Larkfield" not in told
    assert "has not agreed that the practice hears how it ended" in told and "Sent, not seen: 1" in told
    open_ = Followed(sqlite_app, surgery, tells_outcome="y", key="o" * 32)
    onward(open_, make)
    open_.ends()
    told = open_.page()
    assert "Walk to the shop again" in told and "Achieved" in told and "Tuesday Table" in told
    consents.end(open_.one.person, surgery.practice.id, by="person", how="spoken")
    db.session.commit()
    assert "Walk to the shop" not in open_.page() and "Tuesday Table" not in open_.page()


def test_the_teams_question_is_answered_here_and_a_clash_keeps_the_words(followed: Followed) -> None:
    answering.ask(followed.one, "Can they manage stairs?", by=followed.team)
    db.session.commit()
    page = followed.browser.get(followed.address)
    assert page.one(".staff-header__count").get_text() == "1"
    assert "Question for you" in page.main and "Can they manage stairs?" in page.main
    form = page.form(followed.address)
    assert (
        "Write what you want to say"
        in followed.browser.post(followed.address, data={**form, "words": ""}, expect=422).main
    )
    typed = {**form, "words": "Yes, slowly."}
    stale = {**typed, "version": str(int(form["version"]) - 1), "key": "s" * 32}
    clashed = followed.browser.post(followed.address, data=stale, expect=409)
    assert "Yes, slowly." in clashed.main and "Someone else changed this" in clashed.main
    followed.browser.post(followed.address, data=typed, expect=303)
    assert followed.one.state == "in-review"
    again = followed.browser.post(followed.address, data=typed, expect=409)
    assert "Yes, slowly." in again.main
    assert [one.kind for one in db.session.query(Message).order_by(Message.at)] == ["question", "answer"]


def test_practice_and_team_write_to_each_other_while_it_is_open(followed: Followed) -> None:
    page = followed.browser.get(followed.address)
    told = page.form(followed.address) | {"words": "She prefers mornings."}
    for _turn in range(2):
        followed.browser.post(followed.address, data=told, expect=303)
    messages.write(followed.one, "Thank you.", side="group", by=followed.team)
    db.session.commit()
    text = followed.page()
    assert text.count("She prefers mornings.") == 1 and text.index("mornings") < text.index("Thank you.")
    answering.decline(followed.one, by=followed.team, given=Given(reason="out-of-area"))
    db.session.commit()
    late = followed.browser.post(
        followed.address, data={**told, "words": "One more thing.", "key": "l" * 32}, expect=409
    )
    assert "This referral has ended" in late.main and "One more thing." in late.main


def test_a_practice_calls_it_off_for_a_reason(followed: Followed) -> None:
    address = f"{followed.address}/withdraw"
    form = followed.browser.get(address).form(address) | {"reason": ""}
    assert "Choose a reason" in followed.browser.post(address, data=form, expect=422).main
    needs_words = {**form, "reason": "other"}
    assert "Say in a sentence why" in followed.browser.post(address, data=needs_words, expect=422).main
    told = {**form, "reason": "moved-away", "version": "0"}
    assert "Someone else changed this" in followed.browser.post(address, data=told, expect=409).main
    followed.browser.post(address, data={**form, "reason": "moved-away"}, expect=303)
    assert followed.one.state == "withdrawn" and "Moved away" in followed.page()
    assert "nothing to call off" in followed.browser.get(address).main


def test_what_the_person_said_at_the_practice_is_noted(sqlite_app: Flask, surgery: Surgery) -> None:
    asked = {"contact": "quilla@people.example.org", "ways": ["e-mail"], "agreed": "link"}
    yes = Followed(sqlite_app, surgery, **asked)
    address = f"{yes.address}/agreed"
    assert "Say how the person agreed" in yes.browser.post(address, expect=422).main
    yes.browser.post(address, data={"how": "written", "tells_outcome": "y"}, expect=303)
    assert yes.one.state == "sent" and consents.covers(
        consents.active(yes.one.person_id, surgery.practice.id), ["outcomes"]
    )
    assert yes.browser.post(address, data={"how": "written"}, expect=409)
    no = Followed(sqlite_app, surgery, **asked, key="n" * 32)
    no.browser.post(f"{no.address}/refused", expect=303)
    assert steps(no) == [("Written", True), ("Person said no", True)]
    assert no.one.state == "patient-declined" and consents.active(no.one.person_id, surgery.team.id) is None


def test_what_came_to_nothing_waits_until_it_was_seen_to(followed: Followed) -> None:
    answering.decline(followed.one, by=followed.team, given=Given(reason="out-of-area"))
    db.session.commit()
    assert "Outside our area" in followed.page() and followed.one.shown_reference in followed.browser.get(LIST).main
    followed.browser.post(f"{followed.address}/seen", expect=303)
    assert followed.one.is_acted_on and followed.one.shown_reference not in followed.browser.get(LIST).main
    assert "I have seen to this" not in followed.page()


def test_colleagues_see_it_and_nobody_else_does(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    followed = Followed(sqlite_app, surgery, tells_outcome="y")
    followed.ends()
    colleague = browser_as(sqlite_app, make_user("referrer", organisation=surgery.practice))
    assert "What became of it" in colleague.get(followed.address).main
    paths = ["", "/withdraw", "/agreed", "/report", "/report.json"]
    other = browser_as(sqlite_app, make_user("referrer", organisation=make.organisation("Wharf Lane Surgery")))
    for path in paths:
        other.get(f"{followed.address}{path}", expect=404)
    for path in ("", "/withdraw", "/agreed", "/refused", "/seen"):
        other.post(f"{followed.address}{path}", expect=404)
    assert followed.one.shown_reference not in other.get(LIST).main
    others = (
        surgery.worker,
        make_user("link-worker", organisation=make.organisation("Far Link Workers")),
        make_user("group-worker", organisation=surgery.team),
    )
    for user in others:
        browser = browser_as(sqlite_app, user)
        for path in paths:
            browser.get(f"{followed.address}{path}", expect=403)
    stranger = Browser(sqlite_app)
    for path in paths:
        assert stranger.get(f"{followed.address}{path}", expect=303).headers["Location"].startswith("/sign-in")


def test_a_practice_does_not_see_what_a_team_asked_of_a_group(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    followed = Followed(sqlite_app, surgery)
    made = onward(followed, make)
    followed.browser.get(f"{LIST}/{made.reference}", expect=404)
    followed.browser.get(f"{LIST}/no-such", expect=404)
    assert followed.browser.get(f"{LIST}/{followed.one.referral.reference}").status == 200


def test_the_report_says_who_as_the_practice_told_it_and_no_more(sqlite_app: Flask, surgery: Surgery) -> None:
    followed = Followed(sqlite_app, surgery, tells_outcome="y")
    followed.browser.get(f"{followed.address}/report", expect=404)
    followed.ends()
    page = followed.browser.get(f"{followed.address}/report")
    assert [one.get_text() for one in page.select("h2")] == [
        "Person demographics", "Referrer details", "Referral details", "Outcomes", "Person completing record",
    ]  # fmt: skip
    assert "Quilla Vantongeren" in page.main and "999 000 0018" in page.main and "Walk to the shop again" in page.main
    title = page.one("title").get_text()
    assert "Quilla" not in title and followed.one.shown_reference in title
    consents.end(followed.one.person, surgery.practice.id, by="person", how="spoken")
    db.session.commit()
    withheld = followed.browser.get(f"{followed.address}/report").main
    assert "Walk to the shop" not in withheld and "has not agreed that the practice hears how it ended" in withheld


def test_the_file_is_a_document_whose_references_lead_within_it(sqlite_app: Flask, surgery: Surgery) -> None:
    followed = Followed(sqlite_app, surgery, tells_outcome="y")
    followed.ends()
    answer = followed.browser.get(f"{followed.address}/report.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{followed.one.reference}.json"'
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    bundle = json.loads(answer.html)
    kinds = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert bundle["type"] == "document" and kinds == [
        "Composition", "Patient", "Organization", "Organization", "ServiceRequest", "Task", "Observation",
    ]  # fmt: skip
    known = {one["fullUrl"] for one in bundle["entry"]}
    assert known == {f"urn:uuid:{one['resource']['id']}" for one in bundle["entry"]}
    assert set(references(bundle)) <= known and len(list(references(bundle))) > 8
    of = {one["resource"]["resourceType"]: one["resource"] for one in bundle["entry"]}
    assert of["Task"]["status"] == "completed" and of["ServiceRequest"]["status"] == "completed"
    assert of["Patient"]["identifier"] == [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}]
    assert of["Observation"]["valueString"] == "Achieved" and of["ServiceRequest"]["code"]["coding"] == [
        documents.REFERRED
    ]
    assert all(moment[-6] in "+-" for moment in (bundle["timestamp"], of["Task"]["authoredOn"]))
    assert json.loads(followed.browser.get(f"{followed.address}/report.json").html) == bundle


def test_what_people_wrote_is_escaped_in_the_narrative(sqlite_app: Flask, surgery: Surgery) -> None:
    followed = Followed(sqlite_app, surgery, name='Quilla <b onclick="x">V</b>')
    withdrawing.withdraw(
        followed.one, by=Actor(Who.REFERRER, user=surgery.referrer, organization_id=surgery.practice.id),
        given=Given(reason="moved-away"),
    )  # fmt: skip
    told = documents.bundle(documents.message_back(followed.one, hears_outcome=False))
    narrative = json.dumps(told["entry"][0]["resource"]["section"])
    assert "&lt;b" in narrative and "<b" not in narrative


def references(part: object) -> list[str]:
    """Every reference within a resource."""
    if isinstance(part, dict):
        found = [part["reference"]] if isinstance(part.get("reference"), str) else []
        return found + [one for value in part.values() for one in references(value)]
    return [one for value in part for one in references(value)] if isinstance(part, list) else []
