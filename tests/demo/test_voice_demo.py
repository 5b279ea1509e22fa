"""The demo says what people say in three areas, once, and asks somebody whether a first visit helped."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import this_quarter
from portal.core.transactions import unit
from portal.demo import actions, partners, referring, voice
from portal.demo.rows import SETS
from portal.geography.actions import ensure_sets
from portal.geography.queries import sets_in_order
from portal.insight import figures, publishing
from portal.insight.responding import helped
from portal.partners.board_models import BoardDecision
from portal.voice import clearing
from portal.voice.models import HelpedWords, VoiceSaid, VoiceTheme
from portal.voice.ratings import ratings
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser
from tests.support.people import make_user


def test_each_area_has_themes_words_that_wait_and_answers(sqlite_app: Flask) -> None:
    with unit():
        ensure_sets()
    with unit():
        actions.load()
    with unit():
        assert voice.ensure()
    for slug in SETS:
        moderator = make_user("moderator", area=slug)
        kinds = {one.kind for one in clearing.waiting(moderator)}
        assert {"said", "helped", "unmet"} <= kinds, slug
        read = {kind.name for kind, said in clearing.cleared(frozenset({slug})) if said}
        assert {"said", "helped", "unmet"} <= read, (slug, read)
    assert len(ratings(this_quarter().before.first)) >= len(SETS)
    before = [db.session.scalar(select(func.count()).select_from(one)) for one in (VoiceTheme, VoiceSaid, HelpedWords)]
    db.session.commit()
    with unit():
        assert not voice.ensure()
    after = [db.session.scalar(select(func.count()).select_from(one)) for one in (VoiceTheme, VoiceSaid, HelpedWords)]
    assert before == after == [15, 18, 6]


def test_whether_it_helped_is_told_of_one_listing_and_not_of_one_with_few_answers(peopled: Flask) -> None:
    with unit():
        voice.ensure()
    quarter = this_quarter().before
    with unit(), clock.freeze(clock.now() + timedelta(days=30)):
        for cut in sets_in_order():
            publishing.publish(cut, quarter)
    for slug in SETS:
        edition = figures.edition(make_user("commissioner", area=slug), slug, quarter)
        assert edition is not None
        shares = [row.cells[-1].words for row in helped(edition).rows]
        assert "75%" in shares and "not shown" in shares, (slug, shares)


def test_somebody_is_asked_by_mail_whether_a_first_visit_helped_whatever_the_hour(
    peopled: Flask, mailbox: Mailbox, browser: Browser
) -> None:
    referring.ensure()
    db.session.commit()
    with clock.freeze(clock.now().replace(hour=3)), unit():
        assert voice.ensure()
    (mail,) = [one for one in mailbox.to("ruby.n@people.example.org") if "/helped/" in one.text]
    assert browser.get(paths_in(mail)[0]).words("legend")[0] == "Did going there help you?"
    with unit():
        assert not voice.ensure()
    assert len(mailbox.to("ruby.n@people.example.org")) == 1


def test_themes_differ_by_area_and_are_answered_by_decisions_and_words_about_them(peopled: Flask) -> None:
    with unit():
        partners.ensure()
        voice.ensure()
    themes = db.session.scalars(select(VoiceTheme)).all()
    said = [one.said for one in themes]
    assert len(set(said)) == len(said), "the same words in two areas"
    decided = {
        one.said: db.session.get_one(BoardDecision, one.board_decision_id) for one in themes if one.board_decision_id
    }
    assert {words: one.title for words, one in decided.items()} == {
        "Nothing for men at weekends": "Pay for a Saturday of the Repair Table",
        "The cafe closes before I need it": "Keep the Saffron cafe open until 11pm",
        "I do not know who the neighbourhood team is": "Meet the team at the market",
        "I came home from hospital and heard from nobody": "Ring everybody within two days",
    }
    assert all(decided[one.said].decided_on <= one.done_on for one in themes if one.said in decided and one.done_on)
    quoted = [one for one in themes if one.quote]
    assert len(quoted) == len(SETS)
    for one in quoted:
        put = select(VoiceSaid.cleared_words).where(VoiceSaid.theme_id == one.id, VoiceSaid.may_show.is_(True))
        assert one.quote in db.session.scalars(put).all(), "words that were not put to it"
