"""The one queue of words: masked, in one's own areas, decided once, answered once."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.quarters import this_quarter
from portal.directory.scrubbing import LEFT_OUT, masked
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.unmet.models import UnmetNeed
from portal.voice import clearing
from portal.voice.models import HelpedWords, VoiceSaid, VoiceTheme
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.voice.test_ratings import count

Opened = Callable[[object], Browser]
EMAIL = "quilla@people.example.org"
WORDS = "My name is Quilla Vantongeren. There is nothing for men at weekends. Ring 07700 900 982."


def say(place: Any = None, words: str = WORDS, **columns: Any) -> VoiceSaid:
    """Something that a visitor said."""
    row = VoiceSaid(
        reference=uuid4().hex[:8].upper(), about="missing", words=words, form_key=uuid4().hex,
        area=place.set.slug if place else None, neighbourhood_id=place.id if place else None, **columns,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def address(row: VoiceSaid | UnmetNeed, kind: str = "said") -> str:
    return f"/voice/words/{kind}/{row.id}"


def test_names_numbers_and_addresses_are_left_out_before_anybody_reads(places: SimpleNamespace, opened: Opened) -> None:
    row = say(places.park)
    browser = opened(places.here)
    for page in (browser.get("/voice"), browser.get(address(row))):
        assert "There is nothing for men at weekends" in page.main
        for told in ("Quilla", "Vantongeren", "07700", "900 982"):
            assert told not in page.html
    assert LEFT_OUT in browser.get(address(row)).one("textarea").text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My name is Asha Vantongeren and I live at LE2 0QB", "My name is […] and I live at […]"),
        ("Write to a.b@example.org or ring 0116 496 0145", "Write to […] or ring […]"),
        ("I am lonely. Mrs Okonkwo at the library helped", "I am lonely. Mrs […] at the library helped"),
        ("The bus from Kentish Town stops at 6pm. Ring 999", "The bus from Kentish Town stops at 6pm. Ring 999"),
        ("میرا نام عائشہ ہے", "میرا نام […]"),
        ("Nobody was going to notice my choice", "Nobody was going to notice my choice"),
        ("We live at le2 oqb, or LE2OQB", "We live at […], or […]"),
        ("<b>Tea</b> & =cmd", "<b>Tea</b> & =cmd"),
    ],
)
def test_what_a_mask_leaves(text: str, left: str, sqlite_app: Flask) -> None:
    assert masked(text) == left


def test_cleared_words_are_those_that_were_left_and_who_cleared_them_is_kept(
    places: SimpleNamespace, opened: Opened
) -> None:
    row = say(places.park)
    browser = opened(places.here)
    browser.post(address(row), {"decision": "clear", "words": "Nothing for men at weekends."}, expect=303)
    db.session.refresh(row)
    assert (row.state, row.cleared_words, row.cleared_by_id) == (
        "cleared",
        "Nothing for men at weekends.",
        places.here.id,
    )
    assert row.cleared_at is not None
    assert "Nothing waiting" in browser.get("/voice").text
    kept = select(AuditEntry).where(AuditEntry.subject_id == str(row.id)).order_by(AuditEntry.number)
    entries = db.session.scalars(kept).all()
    assert [one.action for one in entries] == ["voice.read", "voice.cleared"]
    assert "weekends" not in str([one.details for one in entries])


def test_what_is_put_aside_is_shown_to_nobody(places: SimpleNamespace, opened: Opened) -> None:
    row = say(places.park)
    opened(places.here).post(address(row), {"decision": "aside", "words": "Something"}, expect=303)
    db.session.refresh(row)
    assert (row.state, row.cleared_words) == ("aside", None)


def test_words_of_other_areas_are_not_there_and_of_no_area_are_everybodys(
    places: SimpleNamespace, opened: Opened
) -> None:
    here, nowhere = say(places.park, "A bench by the lock"), say(None, "A slower page")
    far = opened(places.there)
    assert "A bench by the lock" not in far.get("/voice").text
    assert "A slower page" in far.get("/voice").text
    far.get(address(here), expect=404)
    far.post(address(here), {"decision": "clear", "words": "x"}, expect=404)
    far.get(f"/voice/words/said/{uuid4()}", expect=404)
    far.get(f"/voice/words/nonsense/{here.id}", expect=404)
    far.post(address(nowhere), {"decision": "aside"}, expect=303)
    db.session.refresh(here)
    assert here.state == "waiting"


def test_who_answers_for_a_council_sees_the_neighbourhoods_in_it(
    places: SimpleNamespace, opened: Opened, make: Any
) -> None:
    say(places.park, "A bench by the lock")
    assert "A bench by the lock" in opened(make.user("moderator", area="E06000016")).get("/voice").text
    assert "A bench by the lock" not in opened(make.user("moderator", area="E07000208")).get("/voice").text


def two_councils() -> NeighbourhoodSet:
    """A set of one neighbourhood in Leicester and one in Camden."""
    made = NeighbourhoodSet(slug="edge", name="Edge", area="Edge", valid_from=date(2025, 1, 1))
    for name, code in (("Evington", "E02002847"), ("Lock", "E02000166")):
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2025, 1, 1))
        made.neighbourhoods.append(Neighbourhood(slug=name.lower(), name=name, parts=[part]))
    db.session.add(made)
    db.session.commit()
    return made


@pytest.mark.parametrize(
    ("held", "read"),
    [("E06000016", {"whole"}), ("E09000007", set()), ("edge", {"across"}), ("leicester", {"whole"})],
)
def test_who_holds_one_council_reads_nothing_of_a_set_that_reaches_over_two(
    held: str, read: set[str], places: SimpleNamespace, opened: Opened, make: Any
) -> None:
    """Words after a first visit, waiting and cleared, and a theme of a whole set: none of them names a neighbourhood."""
    across, last = two_councils(), this_quarter().before
    for slug, name in ((across.slug, "across"), (places.park.set.slug, "whole")):
        service = make.service()
        count(service, last, 8, 0, 0, 0)
        about = {
            "quarter": last.slug,
            "service_id": service.id,
            "area": slug,
            "goes_on": last.last + timedelta(days=90),
        }
        words = f"Cleared words {name}"
        db.session.add(HelpedWords(**about, words=f"Words {name}"))
        db.session.add(HelpedWords(**about, words=words, cleared_words=words, state="cleared"))
        db.session.add(VoiceTheme(area=slug, said=f"Said {name}"))
    db.session.commit()
    moderator, planner = opened(make.user("moderator", area=held)), opened(make.user("commissioner", area=held))
    for page, told in (
        (moderator.get("/voice"), "Words"),
        (moderator.get("/voice/themes"), "Said"),
        (planner.get("/voice/cleared"), "Cleared words"),
    ):
        assert {name for name in ("across", "whole") if f"{told} {name}" in page.main} == read, told


@pytest.mark.parametrize("role", ["editor", "lead", "link-worker", "commissioner", "group-worker"])
def test_other_roles_do_not_open_the_queue(role: str, one_place: SimpleNamespace, opened: Opened, make: Any) -> None:
    area = "leicester" if role == "commissioner" else None
    organisation = None if area else make.organisation()
    browser = opened(make.user(role, organisation=organisation, area=area))
    for path in ("/voice", "/voice/themes", "/voice/themes/new"):
        browser.get(path, expect=403)


def test_two_moderators_decide_once(one_place: SimpleNamespace, opened: Opened) -> None:
    row = say(one_place.park)
    first, second = opened(one_place.here), opened(one_place.here)
    second.get(address(row))
    first.post(address(row), {"decision": "clear", "words": "First."}, expect=303)
    second.post(address(row), {"decision": "aside"}, expect=404)
    db.session.refresh(row)
    assert row.cleared_words == "First."
    kind = clearing.kind_named("said")
    assert kind is not None
    assert kind.decide(row.id, clearing.Decision(None), one_place.here) is False


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose what becomes of these words"),
        ({"decision": "clear", "words": " "}, "Leave words that may be shown, or put them aside"),
        ({"decision": "clear", "words": "x" * 501}, "Use 500 characters or fewer"),
        ({"decision": "clear", "words": "x", "theme": str(uuid4())}, "Choose one of your themes, or none"),
        ({"decision": "clear", "words": "x", "answer": "nonsense"}, "Choose what we tell them"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_decided(
    sent: dict[str, str], sentence: str, one_place: SimpleNamespace, opened: Opened
) -> None:
    row = say(one_place.park, contact=EMAIL)
    page = opened(one_place.here).post(address(row), {"answer": "taken", **sent}, expect=422)
    assert sentence in page.words(".error-summary")[0]
    db.session.refresh(row)
    assert (row.state, row.contact) == ("waiting", EMAIL)


@pytest.mark.parametrize("answer", ["taken", "fixed", "cannot"])
def test_who_waits_for_an_answer_gets_one_and_is_forgotten(
    answer: str, one_place: SimpleNamespace, opened: Opened, mailbox: Mailbox
) -> None:
    row = say(one_place.park, contact=EMAIL)
    assert EMAIL not in opened(one_place.here).get(address(row)).html
    opened(one_place.here).post(address(row), {"decision": "aside", "answer": answer}, expect=303)
    reference = row.reference
    (mail,) = mailbox.to(EMAIL)
    assert reference[:4] in mail.subject
    assert "/neighbourhoods/clarendon-park/you-said" in mail.text
    assert "weekends" not in mail.text
    assert db.session.scalars(select(VoiceSaid.contact)).all() == [None]


def test_needs_that_nothing_met_wait_in_the_same_queue(places: SimpleNamespace, opened: Opened) -> None:
    near = UnmetNeed(needs=["befriending"], district="LE2", words="Mrs Okonkwo wants chess", form_key=uuid4().hex)
    far = UnmetNeed(needs=[], district="NW5", words="A night cafe", form_key=uuid4().hex)
    db.session.add_all([near, far])
    db.session.commit()
    browser = opened(places.here)
    page = browser.get("/voice")
    assert "wants chess" in page.text
    assert "Okonkwo" not in page.text
    assert "A night cafe" not in page.text
    browser.get(address(far, "unmet"), expect=404)
    browser.post(address(near, "unmet"), {"decision": "clear", "words": "Chess"}, expect=303)
    db.session.refresh(near)
    assert (near.cleared_words, near.cleared_by_id) == ("Chess", places.here.id)
    assert near.words == "Mrs Okonkwo wants chess"
    assert "A night cafe" not in browser.get("/voice?kind=unmet").text


def test_html_in_words_is_text(one_place: SimpleNamespace, opened: Opened) -> None:
    row = say(one_place.park, "<script>alert(1)</script><b>tea</b>")
    browser = opened(one_place.here)
    for path in ("/voice", address(row)):
        html = browser.get(path).html
        assert "<script>alert" not in html
        assert "<b>tea" not in html


def test_words_are_put_to_a_theme_of_their_area_alone(places: SimpleNamespace, opened: Opened) -> None:
    mine = VoiceTheme(area="leicester", neighbourhood_id=places.park.id, said="Nothing at weekends")
    other = VoiceTheme(area="camden", neighbourhood_id=places.town.id, said="The forms are only in English")
    db.session.add_all([mine, other])
    db.session.commit()
    row = say(places.park)
    browser = opened(places.here)
    assert browser.get(address(row)).words("#theme option") == ["No theme yet", "Nothing at weekends"]
    sent = {"decision": "clear", "words": "Nothing at weekends", "theme": str(other.id)}
    browser.post(address(row), sent, expect=422)
    browser.post(address(row), sent | {"theme": str(mine.id)}, expect=303)
    db.session.refresh(row)
    assert row.theme_id == mine.id


def test_the_queue_takes_few_statements(
    one_place: SimpleNamespace, opened: Opened, count_statements: Callable[[], Any]
) -> None:
    browser = opened(one_place.here)
    say(one_place.park)
    browser.get("/voice")
    with count_statements() as few:
        browser.get("/voice")
    for _ in range(20):
        say(one_place.park)
    with count_statements() as many:
        browser.get("/voice")
    assert len(many) == len(few), [one[-120:] for one in many]
    assert len(many) <= 25


def test_who_plans_reads_what_was_cleared_in_their_areas_alone(
    places: SimpleNamespace, opened: Opened, make: Any
) -> None:
    said = say(places.park, state="cleared")
    said.cleared_words = "Nothing <b>at weekends</b>"
    say(places.park, "A bench that nobody cleared")
    need = UnmetNeed(
        needs=["befriending"], district="LE2", words="Mrs Okonkwo", cleared_words="Chess", form_key=uuid4().hex
    )
    db.session.add(need)
    db.session.commit()
    page = opened(make.user("commissioner", area="leicester")).get("/voice/cleared")
    assert "Nothing <b>at weekends</b>" in page.main
    assert "Chess" in page.main
    for told in ("Quilla", "Okonkwo", "A bench"):
        assert told not in page.html
    far = opened(make.user("commissioner", area="camden")).get("/voice/cleared")
    assert "weekends" not in far.main
    assert "Chess" not in far.main
    nobody = opened(make.user("lead-provider", organisation=make.organisation())).get("/voice/cleared")
    assert nobody.main.count("Nothing was cleared in your areas yet.") == 4
    opened(places.here).get("/voice/cleared", expect=403)


def test_gaps_of_huddles_wait_and_are_read_by_the_same_means(
    one_place: SimpleNamespace, opened: Opened, make: Any
) -> None:
    from portal.huddles.gap_models import HuddleGap
    from portal.teams.models import Team

    team = Team(name="Camden team", area="camden")
    mine = HuddleGap(neighbourhood_id=one_place.park.id, need="transport", words="Mrs Okonkwo has no lift on Sundays")
    far = HuddleGap(neighbourhood_id=one_place.town.id, team=team, need="debt", words="Mr Ferndale owes money")
    old = HuddleGap(
        neighbourhood_id=one_place.park.id, need="food", words="x", shown_words="Long ago", decision="cleared",
        at=clock.now() - timedelta(days=91),
    )  # fmt: skip
    db.session.add_all([mine, far, old])
    db.session.commit()
    planner = opened(make.user("commissioner", area="leicester"))
    assert "Sundays" not in planner.get("/voice/cleared").main
    opened(one_place.here).post(
        f"/voice/words/gap/{mine.id}", {"decision": "clear", "words": "No lifts on Sundays"}, expect=303
    )
    opened(one_place.there).post(f"/voice/words/gap/{far.id}", {"decision": "clear", "words": "Debt help"}, expect=303)
    page = planner.get("/voice/cleared")
    assert page.words("section[aria-labelledby=kind-gap] .telling") == ["No lifts on Sundays"]
    assert "Getting to places" in page.main and "Clarendon Park" in page.main and "Okonkwo" not in page.html
    assert "Debt help" in opened(make.user("commissioner", area="camden")).get("/voice/cleared").main


def test_a_lead_provider_reads_it_in_the_areas_that_it_leads(
    one_place: SimpleNamespace, opened: Opened, make: Any
) -> None:
    from datetime import date

    from portal.partners.models import Partner, PartnerRole, Programme

    said = say(one_place.park, state="cleared")
    said.cleared_words = "Nothing at weekends"
    leader = make.organisation("Saffron Vale Partnership")
    programme = Programme(name="Neighbourhood health", area="leicester", starts_on=date(2025, 1, 1))
    partner = Partner(programme=programme, organization_id=leader.id)
    partner.roles.append(PartnerRole(role="lead-provider", starts_on=date(2025, 1, 1)))
    db.session.add_all([programme, partner])
    db.session.commit()
    assert "Nothing at weekends" in opened(make.user("lead-provider", organisation=leader)).get("/voice/cleared").main


def test_words_after_a_visit_are_shown_after_the_quarter_and_from_eight_answers_on(
    one_place: SimpleNamespace, opened: Opened, make: Any
) -> None:
    many, few, last = make.service("Many"), make.service("Few"), this_quarter().before
    count(many, last, 8, 0, 0, 0)
    count(few, last, 7, 0, 0, 0)
    count(many, this_quarter(), 8, 0, 0, 0)
    for service, quarter, words in ((many, last, "Warm"), (few, last, "Cold"), (many, this_quarter(), "Early")):
        row = HelpedWords(
            quarter=quarter.slug, service_id=service.id, area="leicester", words=words, cleared_words=words, state="cleared",
            goes_on=quarter.last,
        )  # fmt: skip
        db.session.add(row)
    db.session.commit()
    page = opened(make.user("commissioner", area="leicester")).get("/voice/cleared")
    assert "Warm" in page.main
    assert "Cold" not in page.main
    assert "Early" not in page.main
