"""Themes: what people said in our words, what was done, who decided it, and who sees it."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.partners.board_models import Board, BoardDecision
from portal.partners.models import Programme
from portal.voice.models import VoiceSaid, VoiceTheme
from tests.support.page import Browser
from tests.voice.test_clearing import say, two_councils

Opened = Callable[[object], Browser]
PAGE = "/neighbourhoods/clarendon-park/you-said"
DONE = {"done_on-day": "1", "done_on-month": "11", "done_on-year": "2026"}
HTML = "<script>alert(1)</script>"


def theme(place: Any, **columns: Any) -> VoiceTheme:
    """One theme of a neighbourhood."""
    told = {"said": "Nothing for men at weekends", "done": "Repair Table now opens on Saturdays.", **columns}
    row = VoiceTheme(area=place.set.slug, neighbourhood_id=place.id, **told)
    db.session.add(row)
    db.session.commit()
    return row


def decided(area: str = "leicester", **columns: Any) -> BoardDecision:
    """A decision of a board of an area."""
    programme = Programme(name="Neighbourhood health", area=area, starts_on=date(2026, 1, 1))
    board = Board(programme=programme, name="Saffron Vale board", decides="What is offered at weekends.")
    row = BoardDecision(
        board=board,
        number=3,
        decided_on=date(2026, 10, 5),
        title="Open on Saturdays",
        decided="Yes.",
        why="Asked.",
        **columns,
    )
    db.session.add_all([programme, board, row])
    db.session.commit()
    return row


def typed(page: Any, action: str, **fields: str) -> dict[str, str]:
    """What the form holds, with these fields changed."""
    held = page.form(action)
    held["done"] = page.one("#done").text.strip()
    held |= {f"{name}": str(page.one(f"#{name} option[selected]")["value"]) for name in ("where", "decided", "quote")
             if page.select(f"#{name} option[selected]")}  # fmt: skip
    return held | fields


def test_a_theme_is_drafted_published_and_withdrawn(places: SimpleNamespace, opened: Opened, browser: Browser) -> None:
    staff, decision = opened(places.here), decided()
    form = staff.get("/voice/themes/new")
    sent = typed(
        form, "/voice/themes/new", said="Nothing for men at weekends", where="clarendon-park",
        done="Repair Table now opens on Saturdays.", decided=str(decision.id), **DONE,
    )  # fmt: skip
    made = staff.post("/voice/themes/new", sent, expect=303)
    assert staff.post("/voice/themes/new", sent, expect=303).headers["Location"] == made.headers["Location"]
    here = made.headers["Location"]
    assert "Nothing for men" not in browser.get(PAGE).text
    page = staff.get(here)
    staff.post(f"{here}/publish", page.form(f"{here}/publish"), expect=303)
    shown = browser.get(PAGE)
    assert shown.words("h2 bdi") == ["“Nothing for men at weekends”"], "its marks turn with its words"
    assert browser.get(f"/ur{PAGE}").words("h2 bdi") == shown.words("h2 bdi"), (
        "and are those of the words, not of the page"
    )
    assert "Repair Table now opens on Saturdays. Done on 1 November 2026." in shown.main
    assert "Decided by Saffron Vale board, 5 October 2026." in shown.main
    box = browser.get("/neighbourhoods/clarendon-park").words("section[aria-labelledby=you-said]")[0]
    assert "“Nothing for men at weekends”" in box
    assert "“Nothing for men at weekends”" in browser.get("/neighbourhoods/clarendon-park").words("strong bdi")
    assert "Decided by Saffron Vale board, 5 October 2026." in box
    assert "Nothing for men" not in browser.get("/neighbourhoods/kentish-town/you-said").text
    page = staff.get(here)
    staff.post(f"{here}/withdraw", page.form(f"{here}/withdraw"), expect=303)
    assert "Nothing for men" not in browser.get(PAGE).text
    wanted = select(AuditEntry.action).where(AuditEntry.action.startswith("voice.theme"))
    assert db.session.scalars(wanted.order_by(AuditEntry.number)).all() == [
        "voice.theme_made",
        "voice.theme_published",
        "voice.theme_withdrawn",
    ]


@pytest.mark.parametrize(
    ("held", "offered"),
    [
        ("E06000016", ["Board of Evington"]),
        ("E09000007", ["Board of Lock"]),
        ("edge", ["Board of Edge", "Board of Evington", "Board of Lock"]),
        ("leicester", []),
    ],
)
def test_decisions_of_boards_are_offered_as_far_as_their_ground_is_held(
    held: str, offered: list[str], places: SimpleNamespace, opened: Opened, make: Any
) -> None:
    """Of a set over two councils: of each council's neighbourhood to who holds the council, of the whole to who holds it all."""
    across = two_councils()
    whole = decided("edge")
    whole.board.name = "Board of Edge"
    for one in across.neighbourhoods:
        board = Board(
            programme=whole.board.programme, name=f"Board of {one.name}", decides="x", neighbourhood_id=one.id
        )
        row = BoardDecision(
            board=board, number=1, decided_on=date(2026, 10, 6), title="Open on Saturdays", decided="Yes.", why="Asked."
        )
        db.session.add(row)
    db.session.commit()
    staff = opened(make.user("moderator", area=held))
    said = staff.get("/voice/themes/new").words("#decided option")[1:]
    assert sorted(one.partition(", ")[2].partition(":")[0] for one in said) == offered
    if held != "E06000016":
        return
    evington = next(one for one in across.neighbourhoods if one.name == "Evington")
    here = f"/voice/themes/{theme(evington, board_decision_id=whole.id).id}"
    staff.post(here, typed(staff.get(here), here, said="Still said"), expect=303)
    db.session.expire_all()
    assert db.session.scalars(select(VoiceTheme.board_decision_id)).all() == [whole.id], "what is named already stays"


def test_a_decision_that_was_withdrawn_or_is_gone_is_not_named(one_place: SimpleNamespace, browser: Browser) -> None:
    decision = decided()
    theme(one_place.park, state="published", board_decision_id=decision.id, done_on=date(2026, 11, 1))
    theme(one_place.park, said="Too dark", state="published", board_decision_id=uuid4(), done_on=date(2026, 11, 2))
    assert browser.get(PAGE).main.count("Decided by") == 1
    decision.withdrawn_at = one_place.here.created_at
    db.session.commit()
    page = browser.get(PAGE)
    assert "Decided by" not in page.main
    assert len(page.select("section.said")) == 2


def test_a_theme_of_the_whole_area_stands_on_every_page_of_it(
    one_place: SimpleNamespace, opened: Opened, browser: Browser
) -> None:
    staff = opened(one_place.here)
    form = staff.get("/voice/themes/new")
    assert form.words("#where option") == ["Choose one", "Clarendon Park", "All of Leicester"]
    sent = typed(form, "/voice/themes/new", said="The forms are only in English", where="all:leicester", done="Done.")
    here = staff.post("/voice/themes/new", sent, expect=303).headers["Location"]
    staff.post(f"{here}/publish", staff.get(here).form(f"{here}/publish"), expect=303)
    assert "only in English" in browser.get(PAGE).text
    assert "only in English" not in browser.get("/neighbourhoods/kentish-town/you-said").text


def test_words_are_quoted_only_where_they_were_cleared_and_their_writer_lets_us(
    places: SimpleNamespace, opened: Opened, browser: Browser
) -> None:
    row = theme(places.park, state="published", done_on=date(2026, 11, 1))
    for words, state, may_show in (
        ("May I say it", "cleared", True),
        ("Not for all", "cleared", False),
        ("Wait", "waiting", True),
    ):
        said = say(places.park, words, state=state, may_show=may_show, theme_id=row.id)
        said.cleared_words = words if state == "cleared" else None
    db.session.commit()
    staff = opened(places.here)
    here = f"/voice/themes/{row.id}"
    page = staff.get(here)
    assert page.words("#quote option") == ["None", "May I say it"]
    others = db.session.scalars(select(VoiceSaid.id).where(VoiceSaid.may_show.is_(False))).one()
    staff.post(here, typed(page, here, quote=str(others)), expect=422)
    chosen = str(page.select("#quote option")[1]["value"])
    staff.post(here, typed(page, here, quote=chosen), expect=303)
    assert browser.get(PAGE).words("blockquote") == ["May I say it"]
    db.session.query(VoiceSaid).update({"cleared_words": None, "words": None})
    db.session.commit()
    page = staff.get(here)
    staff.post(here, typed(page, here, said="Nothing at weekends"), expect=303)
    assert browser.get(PAGE).words("blockquote") == ["May I say it"]


def test_the_page_of_a_theme_is_called_what_the_theme_is(one_place: SimpleNamespace, opened: Opened) -> None:
    one = theme(one_place.park, state="published")
    page = opened(one_place.here).get(f"/voice/themes/{one.id}")
    assert page.words("h1") == [one.said] and page.words("title")[0].startswith(f"{one.said} - ")
    assert {"Save", "Take it off"} <= set(page.words("main button"))
    row = say(one_place.park)
    assert page.words("main button").count("Save") == 1
    assert "Save" in opened(one_place.here).get(f"/voice/words/said/{row.id}").words("main button")


def test_two_editors_lose_nothing(places: SimpleNamespace, opened: Opened) -> None:
    here = f"/voice/themes/{theme(places.park).id}"
    first, second = opened(places.here), opened(places.here)
    mine, theirs = first.get(here), second.get(here)
    first.post(here, typed(mine, here, said="First said"), expect=303)
    page = second.post(here, typed(theirs, here, said="Second said"), expect=409)
    assert "First said" in page.words("dd")[0]
    assert "Second said" in page.words("dd")[1]
    assert page.one("#said")["value"] == "Second said"
    second.post(here, typed(page, here), expect=303)
    assert db.session.scalars(select(VoiceTheme.said)).all() == ["Second said"]
    assert second.post(f"{here}/publish", {"version": "1"}, expect=409).status == 409


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"said": ""}, "Say in a line what people said"),
        ({"said": "x" * 161}, "Use 160 characters or fewer"),
        ({"where": "kentish-town"}, "Choose one of your neighbourhoods"),
        ({"where": "all:camden"}, "Choose one of your neighbourhoods"),
        ({"done": "x" * 601}, "Use 600 characters or fewer"),
        ({"done_on-day": "1", "done_on-month": "1", "done_on-year": "2099"}, "Enter a date that is not in the future"),
        ({"done_on-day": "31", "done_on-month": "2", "done_on-year": "2026"}, ""),
        ({"decided": "nonsense"}, "Choose one of the decisions, or none"),
        ({"quote": "nonsense"}, "Choose one of the quotes, or none"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    wrong: dict[str, str], sentence: str, one_place: SimpleNamespace, opened: Opened
) -> None:
    staff = opened(one_place.here)
    form = staff.get("/voice/themes/new")
    sent = typed(form, "/voice/themes/new", said="A line", where="clarendon-park", done="We did it") | wrong
    page = staff.post("/voice/themes/new", sent, expect=422)
    assert sentence in page.words(".error-summary")[0]
    assert page.one("#done").text.strip() == sent["done"]
    assert db.session.scalars(select(VoiceTheme)).all() == []


def test_nothing_is_published_before_something_was_done(
    one_place: SimpleNamespace, opened: Opened, browser: Browser
) -> None:
    staff = opened(one_place.here)
    row = theme(one_place.park, done=None)
    here = f"/voice/themes/{row.id}"
    assert "Say what was done before you publish it" in staff.get(here).text
    staff.post(f"{here}/publish", {"version": "1"}, expect=422)
    assert "Nothing for men" not in browser.get(PAGE).text
    row.state, row.done = "published", "Done."
    db.session.commit()
    page = staff.get(here)
    assert "Say what was done" in staff.post(here, typed(page, here, done=""), expect=422).words(".error-summary")[0]


def test_themes_of_other_areas_are_not_there(places: SimpleNamespace, opened: Opened) -> None:
    row = theme(places.park)
    far = opened(places.there)
    assert "Nothing for men" not in far.get("/voice/themes").text
    far.get(f"/voice/themes/{row.id}", expect=404)
    far.post(f"/voice/themes/{row.id}", {"said": "x"}, expect=404)
    far.post(f"/voice/themes/{row.id}/publish", {"version": "1"}, expect=404)
    db.session.refresh(row)
    assert (row.state, row.said) == ("draft", "Nothing for men at weekends")


def test_decisions_of_other_areas_cannot_be_chosen(one_place: SimpleNamespace, opened: Opened) -> None:
    mine, other = decided(), decided("camden")
    values = [str(one["value"]) for one in opened(one_place.here).get("/voice/themes/new").select("#decided option")]
    assert str(mine.id) in values
    assert str(other.id) not in values


def test_html_in_every_text_is_text(one_place: SimpleNamespace, opened: Opened, browser: Browser) -> None:
    decision = decided()
    decision.board.name = f"Board {HTML}"
    row = theme(
        one_place.park, said=f"Said {HTML}", done=f"Done {HTML}", quote=f"Quote {HTML}", state="published",
        done_on=date(2026, 11, 1), board_decision_id=decision.id,
    )  # fmt: skip
    staff = opened(one_place.here)
    for who, path in (
        (browser, PAGE), (browser, "/neighbourhoods/clarendon-park"), (staff, "/voice/themes"),
        (staff, f"/voice/themes/{row.id}"),
    ):  # fmt: skip
        page = who.get(path)
        assert HTML not in page.html.replace('<script type="application/ld+json">', "")
        assert f"Said {HTML}" in page.text or page.select(f"input[value='Said {HTML}']")


def test_unknown_neighbourhoods_are_not_found(one_place: SimpleNamespace, browser: Browser) -> None:
    browser.get("/neighbourhoods/nowhere/you-said", expect=404)


def test_the_public_page_takes_few_statements(
    one_place: SimpleNamespace, browser: Browser, count_statements: Callable[[], Any]
) -> None:
    decision = decided()
    for number in range(12):
        theme(
            one_place.park,
            said=f"Said {number}",
            state="published",
            board_decision_id=decision.id,
            done_on=date(2026, 11, 1),
        )
    browser.get(PAGE)
    with count_statements() as seen:
        assert len(browser.get(PAGE).select("section.said")) == 12
    assert len(seen) <= 5, [one[-150:] for one in seen]
