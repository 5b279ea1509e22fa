"""A file comes with a message, is kept once and whole, and is had by who may read the message, as a download alone."""

import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, text

from portal.accounts.models import User
from portal.attachments import queries
from portal.attachments.actions import MOST
from portal.attachments.models import Attachment, AttachmentPiece
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.governance import erasing, exporting
from portal.operations import renewing
from portal.people.models import Consent
from portal.referrals import withdrawing
from portal.referrals.models import Message
from tests.attachments.conftest import NAME, Sides, again
from tests.factories import Make
from tests.handover.conftest import Surgery, handed_over
from tests.support.files import EXE, docx, pdf, png
from tests.support.page import Browser
from tests.support.people import browser_as
from tests.support.referrals import World

AsUser = Callable[..., Browser]


def test_a_file_of_the_record_is_had_by_the_group_and_each_reading_is_an_entry(
    app: Flask, loop: World, logged: list[Any]
) -> None:
    sides, content = Sides(app, loop), docx({"word/media/image1.png": png() * 5_000})
    sides.send(content, "Quilla's form.docx", type="")
    sides.send(EXE, "Quilla's other form.docx", type="", expect=422)
    assert logged and "form.docx" not in str(logged)
    file = sides.file
    assert (file.kind, file.side, file.size, file.state) == ("docx", "referrer", len(content), "unscanned")
    assert (file.organization_id, file.by_user_id) == (loop.team.id, loop.worker.id)
    assert "Quilla's form.docx" in sides.group.get(sides.inbox).main
    got = sides.group.client.get(sides.address)
    assert got.status_code == 200 and got.data == content
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    assert got.headers["Content-Type"].startswith("application/vnd.openxmlformats-officedocument.wordprocessingml")
    assert got.headers["X-Content-Type-Options"] == "nosniff" and got.headers["Cache-Control"] == "no-store"
    assert got.headers["Content-Security-Policy"].endswith("sandbox")
    read = db.session.query(AuditEntry).filter_by(action="person.read", actor_id=str(loop.group_worker.id)).all()
    assert [one.details["attachment"] for one in read if one.details["what"] == "file"] == [str(file.id)]
    raw = " ".join(str(row) for row in db.session.execute(text("select * from referral_attachment")).all())
    raw += " ".join(str(row) for row in db.session.execute(text("select * from referral_attachment_piece")).all())
    bare = (b64encode(content)[:40].decode(), urlsafe_b64encode(content)[:40].decode(), repr(content[:20])[2:-1])
    assert "Quilla" not in raw and not [one for one in ("word/media", *bare) if one in raw]


def test_names_of_other_scripts_are_said_in_headers_as_they_may_be(sqlite_app: Flask, loop: World) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send(name="خط \u202eلارا.pdf")
    told = sides.group.client.get(sides.address).headers["Content-Disposition"]
    assert "filename*=UTF-8''%D8%AE%D8%B7" in told and "\u202e" not in told and "%E2%80%AE" not in told


def test_the_group_gives_one_without_a_word(sqlite_app: Flask, loop: World) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send_back(png(), "map.png", words="", expect=422)
    sides.send_back(words="")
    assert db.session.query(Message).one().words == "See the file." and sides.file.side == "group"
    page = sides.worker.get(sides.record)
    assert NAME in page.main and "PDF, 1 KB" in page.main
    assert sides.worker.client.get(sides.address).data == pdf().rstrip()


def test_a_question_is_answered_by_a_file(sqlite_app: Flask, loop: World) -> None:
    sides = Sides(sqlite_app, loop, "info-requested")
    page = sides.send(EXE, act="answer", words="", expect=422)
    assert "not what its name says" in page.main and again(sides.one).state == "info-requested"
    assert page.html.index('name="answer-words"') < page.html.index('name="answer-file"'), (
        "first the words, then the file"
    )
    sides.send(act="answer", words="")
    assert again(sides.one).state == "in-review" and sides.file.message.kind == "answer"


@pytest.mark.parametrize("content", [EXE, b"", pdf() + bytes(5 * 1024 * 1024)], ids=["lies", "empty", "large"])
def test_a_file_that_is_refused_leaves_nothing_and_keeps_the_words(
    sqlite_app: Flask, loop: World, content: bytes
) -> None:
    sides = Sides(sqlite_app, loop)
    page = sides.send(content, words="Mind the third page.", expect=422)
    assert "Mind the third page." in page.html and page.select("#message-file-error")
    page = sides.send_back(content, words="Mind the fourth page.", expect=422)
    assert "Mind the fourth page." in page.html and page.select("#file-error")
    assert (db.session.query(Message).count(), db.session.query(Attachment).count()) == (0, 0)


def test_a_form_that_is_sent_twice_keeps_one_and_there_is_a_most(sqlite_app: Flask, loop: World) -> None:
    sides = Sides(sqlite_app, loop)
    for _time in range(2):
        sides.send(key="k" * 30)
    assert (db.session.query(Message).count(), db.session.query(Attachment).count()) == (1, 1)
    for number in range(1, MOST):
        sides.send(key=f"{number}" * 30)
    page = sides.send(key="z" * 30, words="One more.", expect=422)
    assert "already 10 files" in page.main and "One more." in page.html
    sides.send(key="k" * 30)
    assert (db.session.query(Message).count(), db.session.query(Attachment).count()) == (MOST, MOST)
    sides.send_back()


def test_nobody_else_has_it(sqlite_app: Flask, loop: World, make: Make, as_user: AsUser) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send()
    elsewhere = make.organisation("Far Away Friends")
    address = sides.address
    for role in ("group-worker", "link-worker", "lead", "editor", "referrer", "safeguarding-lead"):
        as_user(make.user(role, organisation=elsewhere)).get(address, expect=404)
    for role in ("editor", "referrer"):
        as_user(make.user(role, organisation=loop.group)).get(address, expect=404)
    as_user(make.user("referrer", organisation=loop.team)).get(address, expect=404)
    as_user(make.user("administrator")).get(address, expect=404)
    weak = as_user(loop.group_worker, is_strong=False).get(address, expect=303)
    assert "/files/" not in weak.headers["Location"].partition("?")[0]
    assert Browser(sqlite_app).client.get(address).status_code == 303
    sides.group.get(address.replace(address[-4:], "0000"), expect=404)


def test_an_end_of_the_agreement_closes_it_at_once(app: Flask, loop: World) -> None:
    sides = Sides(app, loop)
    sides.send()
    assert sides.group.client.get(sides.address).status_code == 200
    withdrawing.withdraw_consent(loop.person, loop.group.id, by=loop.worker, how="spoken")
    db.session.commit()
    assert db.session.scalars(select(Consent.status)).all() == ["withdrawn"]
    sides.group.get(sides.address, expect=404)
    assert sides.worker.client.get(sides.address).status_code == 200
    withdrawing.withdraw_consent(loop.person, None, by=loop.worker, how="spoken")
    loop.person.shut_at = clock.now()
    db.session.commit()
    sides.worker.get(sides.address, expect=404)


def test_what_is_not_whole_is_not_given(sqlite_app: Flask, loop: World) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send(docx({"word/a.xml": bytes(range(256)) * 200}), "a.docx", type="")
    db.session.execute(text("delete from referral_attachment_piece"))
    db.session.commit()
    assert "not whole any more" in sides.group.get(sides.address, expect=404).main


def test_practice_and_team_give_each_other_files(sqlite_app: Flask, make: Make) -> None:
    surgery = Surgery(make.organisation("Tannery Row Surgery"), make.organisation("Saffron Vale Link Workers"))
    practice, team = (browser_as(sqlite_app, who) for who in (surgery.referrer, surgery.worker))
    practice.post("/refer/link-worker", data=surgery.typed, expect=303)
    one = handed_over()[-1]
    address = f"/refer/followed/{one.reference}"

    def sent(content: bytes) -> dict[str, object]:
        return {"words": "", "kind": "message", "file": (BytesIO(content), NAME, "application/pdf")}

    page = practice.post(address, sent(EXE), expect=422)
    assert "not what its name says" in page.main
    practice.post(address, sent(pdf()), expect=303)
    assert NAME in practice.get(address).main
    file = db.session.query(Attachment).one()
    for browser in (practice, team):
        assert browser.client.get(f"/files/{file.id}").data == pdf().rstrip()
    stranger: User = make.user("referrer", organisation=make.organisation("Other Surgery"))
    browser_as(sqlite_app, stranger).get(f"/files/{file.id}", expect=404)


def test_pieces_go_with_their_file(sqlite_app: Flask, loop: World) -> None:
    """Each is small, so that keys are renewed and rows are copied a little at a time."""
    sides = Sides(sqlite_app, loop)
    sides.send(pdf("x" * 100_000))
    assert db.session.query(AttachmentPiece).count() == 4
    db.session.delete(sides.file)
    db.session.commit()
    assert db.session.query(AttachmentPiece).count() == 0


def test_a_new_key_renews_files_and_they_stay_whole(sqlite_app: Flask, loop: World) -> None:
    sides, content = Sides(sqlite_app, loop), pdf("x" * 100_000)
    sides.send(content)
    before, new = sqlite_app.extensions["portal.settings"], Fernet.generate_key().decode()
    try:
        sqlite_app.extensions["portal.settings"] = replace(before, data_keys=(new, *before.data_keys))
        renewing.renew_all()
        sqlite_app.extensions["portal.settings"] = replace(before, data_keys=(new,))
        db.session.expire_all()
        assert queries.content_of(db.session.query(Attachment).one()) == content.rstrip()
    finally:
        sqlite_app.extensions["portal.settings"] = before


def test_who_is_erased_leaves_no_file_and_an_export_holds_it(sqlite_app: Flask, loop: World) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send()
    (told,) = json.loads(exporting.as_json(loop.person))["held"]["referral_attachment"]
    assert (told["name"], b64decode(told["file"])) == (NAME, pdf().rstrip())
    with sqlite_app.test_request_context():
        page = exporting.as_page(loop.person)
    assert f'<a download="{NAME}" href="data:application/pdf;base64,{told["file"]}">{NAME}</a>' in page
    address = sides.address
    certificate = erasing.erase(loop.person, why="asked", by="operator")
    db.session.commit()
    assert certificate.counts["referral_attachment"] == 1
    assert (db.session.query(Attachment).count(), db.session.query(AttachmentPiece).count()) == (0, 0)
    sides.worker.get(address, expect=404)
