"""HTML as the name of a team stays text, on every page and in every mail that says it."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.huddles.gap_models import HuddleGap
from portal.teams.models import Team, TeamPatch
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import TeamWorld, join, make_huddle_team, make_neighbourhood
from tests.teams.test_members import someone
from tests.teams.test_places import on

AsUser = Callable[..., Browser]
NAME = "<img src=x onerror=alert(1)> & \"Vale\" 'team'"
SHOWN, RAW = "&lt;img src=x onerror=alert(1)&gt; &amp; ", "<img src=x"


@pytest.fixture
def named(team: TeamWorld) -> TeamWorld:
    """The team under such a name; whoever is in it is in a second one, so that teams are listed by name."""
    team.team.name = NAME
    beside = make_neighbourhood("Evington Side", codes=("E02002845",))
    join(make_huddle_team(beside, name=f"Second {NAME}"), team.worker, team.workers)
    db.session.commit()
    return team


def test_it_is_text_on_pages_of_the_coordinator(sqlite_app: Flask, named: TeamWorld, as_user: AsUser) -> None:
    base, patch = f"/teams/{named.team.id}", db.session.query(TeamPatch).filter_by(team_id=named.team.id).one()
    ways = [
        "/teams", base, f"{base}/change", f"{base}/places", f"{base}/members", f"{base}/places/{patch.id}/redraw",
        f"{base}/places/{patch.id}/end", f"{base}/members/{named.at_work.id}/end", "/coordinate",
        f"/coordinate/teams/{named.team.id}", f"/coordinate/questions/new?team={named.team.id}",
        named.at(), f"{named.at()}/minutes",
    ]  # fmt: skip
    for way in ways:
        _is_text(as_user(named.coordinator).get(way).html, way)


def test_it_is_text_on_pages_of_a_huddle(sqlite_app: Flask, named: TeamWorld, as_user: AsUser) -> None:
    worker = as_user(named.worker)
    for way in ("/huddle", "/teams", f"/teams/{named.team.id}", named.at(), f"{named.at()}/catch-up"):
        _is_text(worker.get(way).html, way)


def test_it_is_text_where_it_is_said_of_another_team_and_where_it_clashes(
    sqlite_app: Flask, named: TeamWorld, as_user: AsUser
) -> None:
    browser, other = as_user(named.coordinator), db.session.query(Team).filter(Team.id != named.team.id).one()
    told = {"place": named.place.slug, "version": "1", **on(clock.today())}
    _is_text(browser.post(f"/teams/{other.id}/places", told, expect=409).html, "a clash of places")
    typed = {"name": "Quiet name", "weekday": "2", "minutes": "40", "version": "9"}
    _is_text(browser.post(f"/teams/{named.team.id}/change", typed, expect=409).html, "a clash of versions")


def test_it_is_text_where_words_of_the_team_are_cleared(sqlite_app: Flask, named: TeamWorld, as_user: AsUser) -> None:
    gap = HuddleGap(
        team_id=named.team.id, neighbourhood_id=named.place.id, need="legal-rights", words="Help with forms",
        by_user_id=named.adviser.id,
    )  # fmt: skip
    db.session.add(gap)
    db.session.commit()
    for way in ("/voice?kind=gap", f"/voice/words/gap/{gap.id}"):
        _is_text(as_user(named.coordinator).get(way).html, way)


def test_it_is_text_in_the_mail_to_who_was_put_into_it(
    sqlite_app: Flask, named: TeamWorld, as_user: AsUser, mailbox: Mailbox
) -> None:
    make_user(email="hetty@people.example.org")
    as_user(named.coordinator).post(f"/teams/{named.team.id}/members", someone(), expect=303)
    mail = mailbox.to("hetty@people.example.org")[-1]
    assert NAME in mail.text
    _is_text(mail.html or "", "the mail")


def _is_text(html: str, where: str) -> None:
    assert SHOWN in html and RAW not in html, where
