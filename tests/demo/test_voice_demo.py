"""The demo says what people say in three areas, once."""

from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.quarters import this_quarter
from portal.core.transactions import unit
from portal.demo import actions, voice
from portal.geography.actions import ensure_sets
from portal.voice import clearing
from portal.voice.models import HelpedWords, VoiceSaid, VoiceTheme
from portal.voice.ratings import ratings
from tests.support.people import make_user


def test_each_area_has_themes_words_that_wait_and_answers(sqlite_app: Flask) -> None:
    with unit():
        ensure_sets()
    with unit():
        actions.load()
    with unit():
        assert voice.ensure()
    for slug in voice.AREAS:
        moderator = make_user("moderator", area=slug)
        kinds = {one.kind for one in clearing.waiting(moderator)}
        assert {"said", "helped", "unmet"} <= kinds, slug
        read = {kind.name for kind, said in clearing.cleared(frozenset({slug})) if said}
        assert {"said", "helped", "unmet"} <= read, (slug, read)
    assert len(ratings(this_quarter().before.first)) >= len(voice.AREAS)
    before = [db.session.scalar(select(func.count()).select_from(one)) for one in (VoiceTheme, VoiceSaid, HelpedWords)]
    db.session.commit()
    with unit():
        assert not voice.ensure()
    after = [db.session.scalar(select(func.count()).select_from(one)) for one in (VoiceTheme, VoiceSaid, HelpedWords)]
    assert before == after == [15, 18, 6]
