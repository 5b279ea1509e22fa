"""Who hears of a move, by which way, and who never does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.notifications.bouncing import BOUNCE_LISTENERS
from portal.notifications.models import Bounce, OutboxMessage
from portal.notifications.notification import KINDS
from portal.notifications.sms import fits
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, bounced, links, messages, recipients, sending, telling, visiting, withdrawing
from portal.referrals.actors import SYSTEM, Actor, group_by_link, person
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, IntroductionLink, Referral
from portal.referrals.moving import move
from portal.referrals.notifications import ReferralForGroup, ReferralForTeam, ReferralNews
from portal.referrals.sweeping import LOOKS
from portal.referrals.transitions import TRANSITIONS, Who
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.people import make_user
from tests.support.referrals import CONTACT, STEPS, World, introduce

LENA, GUS, QUILLA, GROUP = "lena", "gus", "quilla.v@people.example.org", "hello@larkfield.example.org"


def rows() -> list[OutboxMessage]:
    """Every message so far, oldest first."""
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)))


@contextmanager
def told() -> Iterator[list[tuple[str, str, str]]]:
    """What is asked for while the body runs: name, what, recipient."""
    from portal.notifications.notification import unpacked

    before = {row.id for row in rows()}
    found: list[tuple[str, str, str]] = []
    yield found
    db.session.flush()
    for row in rows():
        if row.id not in before and row.state == "waiting":
            notification: Any = unpacked(row.name, row.fields or "")
            found.append((row.name, getattr(notification, "what", ""), str(row.recipient)))


def step(loop: World, one: Introduction, name: str) -> list[tuple[str, str, str]]:
    with told() as found:
        STEPS[name](loop, one)
    return found


def test_a_group_hears_of_a_new_referral_by_a_link_of_its_own(sqlite_app: Flask, loop: World) -> None:
    one = introduce(loop)
    found = step(loop, one, "send")
    assert ("referral-to-answer", "new", loop.group_worker.email) in found
    link = db.session.scalars(select(IntroductionLink).where(IntroductionLink.introduction_id == one.id)).one()
    assert (link.purpose, link.user_id) == ("answer", loop.group_worker.id)


def test_a_group_without_anybody_to_answer_hears_by_its_address_on_record(
    sqlite_app: Flask, loop: World, make: Make, mailbox: Mailbox
) -> None:
    loop.group_worker.memberships[0].ended_at = clock.now()
    loop.service.email = "shed@larkfield.example.org"
    loop.introduction("sent")
    sent = [*mailbox.to(GROUP), *mailbox.to("shed@larkfield.example.org")]
    assert len(sent) == 2
    tokens = db.session.scalars(select(IntroductionLink.token_hash)).all()
    assert len(set(tokens)) == 2


def test_the_link_in_the_mail_opens_what_it_is_about(sqlite_app: Flask, loop: World) -> None:
    from portal.notifications.notification import unpacked

    one = loop.introduction("sent")
    row = next(row for row in rows() if row.name == "referral-to-answer")
    notification: Any = unpacked(row.name, row.fields or "")
    assert links.opened(notification.token, "answer").introduction.id == one.id


def test_who_asked_hears_at_once_of_an_answer_and_never_of_their_own_acts(sqlite_app: Flask, loop: World) -> None:
    one = introduce(loop)
    assert not [row for row in step(loop, one, "send") if row[2] == loop.worker.email]
    assert step(loop, one, "open") == []
    assert step(loop, one, "ask") == [("referral-news", "asked", loop.worker.email)]
    with told() as found:
        answering.reply(one, "Yes, slowly.", by=loop.asks(one))
    assert found == [("referral-to-answer", "answered", loop.group_worker.email)]
    found = step(loop, one, "accept")
    assert ("referral-news", "accepted", loop.worker.email) in found
    assert not [row for row in found if row[2] == loop.group_worker.email]


def test_somebody_who_works_for_both_sides_is_not_told_of_what_they_did(sqlite_app: Flask, loop: World) -> None:
    loop.introduction("sent")
    one = loop.introduction("sent", service=_another(loop))
    by = Actor(Who.PROVIDER, user=loop.worker, organization_id=one.organization_id)
    with told() as found:
        answering.decline(one, by=by, given=Given(reason="no-capacity"))
    assert [row for row in found if row[2] == loop.worker.email] == []


def test_whoever_answers_by_a_link_is_not_told_of_it(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("in-review")
    link = db.session.scalars(select(IntroductionLink).where(IntroductionLink.introduction_id == one.id)).one()
    by = group_by_link(one, link.id)
    event = move(one, "ask", by=by, given=Given(words="When?"))
    with told() as found:
        telling.tell(one, "wrote", ("group",), event=event, by=by)
    assert found == []


def test_messages_on_the_record_are_told_to_the_other_side(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("accepted")
    with told() as found:
        messages.write(one, "Is Tuesday better?", side="group", by=loop.answers(one))
        messages.write(one, "Yes.", side="referrer", by=loop.asks(one))
    assert found == [
        ("referral-news", "wrote", loop.worker.email),
        ("referral-for-group", "wrote", loop.group_worker.email),
    ]


def test_a_colleague_hears_where_who_asked_has_left(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("sent")
    other = make_user("link-worker", organisation=loop.team, name="Oda Fenwick")
    loop.worker.deactivated_at = clock.now()
    assert [row[2] for row in step(loop, one, "decline")] == [other.email]


def test_a_link_worker_hears_the_rest_on_monday_alone(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("accepted")
    for name in ("book", "attend", "complete"):
        assert [row for row in step(loop, one, name) if row[2] == loop.worker.email] == []


def test_an_expired_one_is_told_to_the_team_that_holds_the_record_too(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("sent")
    other = make_user("link-worker", organisation=loop.team, name="Oda Fenwick")
    loop.person.worker_id = other.id
    found = step(loop, one, "expire")
    assert {row[2] for row in found} == {loop.worker.email, other.email}


def test_a_link_worker_is_led_to_the_handover_and_signs_in(sqlite_app: Flask, loop: World) -> None:
    """No link lets anybody answer for a team that has people who sign in."""
    one = introduce(loop)
    team = sending.to_team(one.referral, loop.team.id, by=loop.asks(one))
    held = consents.give(loop.person, loop.team.id, Agreement(how="spoken"), by=loop.worker)
    other = make_user("link-worker", organisation=loop.team, name="Oda Fenwick")
    with told() as found:
        sending.send(team, held, by=loop.asks(one))
    assert ("referral-for-team", "new", other.email) in found
    assert db.session.scalars(select(IntroductionLink)).all() == []


@pytest.mark.parametrize(
    ("state", "kind", "whom", "is_told"),
    [
        ("sent", "hard", "group", True),
        ("sent", "soft", "group", False),
        ("sent", "hard", "person", False),
        ("accepted", "hard", "group", False),
    ],
)
def test_who_asked_hears_once_that_an_e_mail_to_the_group_came_back(
    sqlite_app: Flask, loop: World, state: str, kind: str, whom: str, is_told: bool
) -> None:
    loop.introduction(state)
    message = next(row for row in rows() if f":{whom}:" in row.once)
    bounce = Bounce(source_id="1", kind=kind, channel="email", message_id=message.id, reason="550")
    with told() as found:
        bounced.hear(bounce)
        bounced.hear(bounce)
    assert found == ([("referral-news", "unreachable", loop.worker.email)] if is_told else [])
    assert LOOKS and bounced.hear in BOUNCE_LISTENERS  # the worker’s look names it


# the person


def test_the_first_message_gives_the_person_a_code_that_opens_their_page(
    sqlite_app: Flask, loop: World, mailbox: Mailbox
) -> None:
    loop.introduction("sent")
    [first] = mailbox.to(QUILLA)
    code = next(word for word in first.text.replace(".", " ").split() if len(word) == 6 and word.isdigit())
    referral = db.session.scalars(select(Referral)).one()
    assert referral.code == code
    assert referral.shown_reference in first.text


def test_several_sent_together_are_told_to_the_person_once(sqlite_app: Flask, loop: World, mailbox: Mailbox) -> None:
    one = introduce(loop)
    another = sending.to_service(one.referral, _another(loop), by=loop.asks(one))
    for introduction in (one, another):
        STEPS["send"](loop, introduction)
    assert len(mailbox.to(QUILLA)) == 1


def test_a_code_that_is_said_again_takes_the_place_of_what_waits(
    sqlite_app: Flask, loop: World, mailbox: Mailbox
) -> None:
    one = introduce(loop)
    with unit():
        one = db.session.merge(one)
        STEPS["send"](loop, one)
        telling.say_code(one.referral, code := sending.new_code(one.referral))
        telling.say_code(one.referral, code)
    [only] = mailbox.to(QUILLA)
    assert code in only.text


def test_the_person_hears_of_their_own_acts_of_none(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("accepted")
    with told() as found:
        visiting.book(one, clock.now() + timedelta(days=3), by=person())
    assert [row[2] for row in found] == []


@pytest.mark.parametrize(
    ("ways", "to"),
    [
        (["text", "e-mail"], "+447700900982"),
        (["e-mail", "text"], QUILLA),
        (["phone"], None),
        (["through-me"], None),
        ([], None),
    ],
)
def test_the_person_is_reached_by_the_first_way_that_they_said_is_safe(
    sqlite_app: Flask, loop: World, ways: list[str], to: str | None
) -> None:
    loop.person.contact = {**CONTACT, "ways": ways}
    found = recipients.of_person(loop.person)
    assert (found.address if found else None) == to


def test_a_landline_gets_no_text(sqlite_app: Flask, loop: World) -> None:
    loop.person.contact = {**CONTACT, "ways": ["text"], "phone": "+441164960123"}
    assert recipients.of_person(loop.person) is None


OWN = [row for row in sorted(KINDS) if row.startswith("own-")]
TO_THE_PERSON = ("send", "wait", "accept", "book", "complete", "end_early")


@pytest.mark.parametrize("why", ["do-not-contact", "died", "erased"])
def test_nobody_is_written_to_who_must_not_be(sqlite_app: Flask, loop: World, why: str) -> None:
    """Every move that the table tells persons of, and every message of its own."""
    one = introduce(loop)
    _silence(loop.person, why)
    assert {verb for verb, row in TRANSITIONS.items() if "person" in row.tells} >= set(TO_THE_PERSON)
    event = telling_event(one, loop)
    with told() as found:
        for verb in TRANSITIONS:
            telling.tell(one, verb, ("person",), event=event, by=SYSTEM)
        telling.say_code(one.referral, "123456")
        telling.to_person(one, "asked", "x")
    assert [row for row in found if row[0].startswith("own-")] == []


def test_for_a_sensitive_need_sender_and_subject_say_nothing(sqlite_app: Flask, loop: World, mailbox: Mailbox) -> None:
    one = introduce(loop)
    one.referral.needs, shown = ["abuse"], one.referral.shown_reference
    STEPS["send"](loop, one)
    [sent] = mailbox.to(QUILLA)
    assert (sent.sender_name, sent.subject) == ("Support near you", f"You have an update: {shown}")
    assert "Hereabouts" not in sent.text + (sent.html or "")


def test_a_service_for_a_sensitive_need_counts_as_the_need(sqlite_app: Flask, loop: World, make: Make) -> None:
    sensitive = make.service(organisation=loop.group, needs=["abuse"])
    one = introduce(loop, service=sensitive)
    assert recipients.is_sensitive(one.referral, [one])
    assert not recipients.is_sensitive(introduce(loop).referral, [])


def test_texts_fit_and_hold_the_code(sqlite_app: Flask, loop: World, mailbox: Mailbox) -> None:
    loop.person.contact = {**CONTACT, "ways": ["text"]}
    loop.introduction("booked")
    sent = mailbox.to("+447700900982")
    assert len(sent) == 3
    assert all(fits(one.text) and "http" in one.text for one in sent)


def test_who_asked_for_themselves_hears_as_person_what_a_referrer_would(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("sent")
    one.referral.organization_id = one.referral.by_user_id = None
    assert step(loop, one, "ask") == [("own-referral", "asked", QUILLA)]
    assert step(loop, one, "decline") == [("own-referral", "unanswered", QUILLA)]


def test_asking_for_agreement_gives_the_person_a_link_and_tells_nobody_else(sqlite_app: Flask, loop: World) -> None:
    one = introduce(loop)
    assert step(loop, one, "ask_consent") == [("own-agreement", "", QUILLA)]


# taking back


def test_withdrawn_consent_takes_back_what_waits_for_the_group_and_the_person(
    sqlite_app: Flask, loop: World, mailbox: Mailbox
) -> None:
    loop.introduction("sent")
    withdrawing.withdraw_consent(loop.person, loop.group.id, by="person", how="phone")
    group = loop.group_worker.email
    assert mailbox.to(QUILLA) == []
    assert [one.subject.partition(" ")[0] for one in mailbox.to(group)] == ["News"]


def test_do_not_contact_takes_back_what_waits_for_the_person_and_leaves_the_group_its_own(
    sqlite_app: Flask, loop: World, mailbox: Mailbox
) -> None:
    loop.introduction("accepted")
    withdrawing.block_contact(loop.person, reason="at risk", by=loop.worker)
    group = loop.group_worker.email
    assert mailbox.to(QUILLA) == []
    assert len(mailbox.to(group)) == 1
    assert {row.state for row in rows() if row.name.startswith("own-")} == {"taken_back"}
    assert all(row.recipient is None and row.fields is None for row in rows() if row.state == "taken_back")


def test_a_recorded_death_takes_back_all_that_waits_about_the_person(
    sqlite_app: Flask, loop: World, mailbox: Mailbox
) -> None:
    loop.introduction("accepted")
    withdrawing.record_death(loop.person, None, by=loop.worker)
    assert mailbox.to(QUILLA) == []


# the pages that messages lead to


def test_every_link_leads_to_the_page_that_it_is_about(sqlite_app: Flask) -> None:
    """With what the page asks for: a link that cannot be built would keep its message from being written."""
    news = ReferralNews("K7PH-4MWX", "asked", "K7PH4MWX")
    every = [
        *(kind.example() for kind in KINDS.values() if kind.__module__ == ReferralNews.__module__),
        *(replace(news, **{side: "H2RW9DCT"}) for side in ("person", "referral")),
        news,
        ReferralForGroup("K7PH-4MWX", "Shed Saturdays", "wrote", "K7PH4MWX", "token"),
        replace(ReferralForTeam.example(), person="H2RW9DCT"),
        replace(ReferralForTeam.example(), is_over=True),
    ]
    assert all((one.link() or "").startswith("http") for one in every)


def telling_event(one: Introduction, loop: World) -> Any:
    from portal.referrals import events

    return events.add(one, "wrote", by=SYSTEM)


def _silence(person: Person, why: str) -> None:
    if why == "do-not-contact":
        person.do_not_contact = True
    elif why == "died":
        person.death_recorded_at = clock.now()
    else:
        person.erased_at = clock.now()


def _another(loop: World) -> Any:
    from portal.directory.models import Service

    other = Service(name="Thursday Table", organization_id=loop.group.id, joining=["drop_in"])
    db.session.add(other)
    db.session.flush()
    return other


def test_who_refers_on_behalf_of_somebody_is_led_to_what_they_may_see(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("sent")
    one.referral.route = "on-behalf"
    one.referral.organization_id = loop.group.id
    assert telling._news(one, "accepted").link().endswith(f"/group/referrals/{one.reference}")
    one.referral.organization_id = loop.team.id
    assert telling._news(one, "accepted").link().endswith("/group/referrals")
