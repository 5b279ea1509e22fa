"""Two people, or one finger twice, at the same moment: no ring, no number twice, no row twice, no overwritten words."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.partners import boards, queries
from portal.partners.board_models import BoardDecision
from portal.partners.models import Agreement, PartnerRole, PartnerTask
from tests.partners.world import BEGAN, World, dates, in_days, key
from tests.support.at_once import all_know, post_all
from tests.support.page import Browser


def test_two_halves_of_a_ring_are_not_both_taken(
    app: Flask, here: World, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = here.partner, here.other("Sileby Carers")
    browsers = [as_user(here.manager), as_user(here.manager)]
    posts = [
        (browser, f"/partners/{below.id}/roles/add", _role(str(above.id)))
        for browser, below, above in zip(browsers, (one, two), (two, one), strict=True)
    ]
    all_know(monkeypatch, queries, "one_partner", 2)
    assert post_all(posts) == [303, 422]
    held = db.session.scalars(select(PartnerRole).where(PartnerRole.role == "grant-holder")).all()
    assert len(held) == 1


def test_the_same_form_twice_makes_one(
    app: Flask, here: World, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = [as_user(here.manager), as_user(here.manager)]
    told = {
        "kind": "service", "title": "Twice", "reference": "", "link": "", "key": key(),
        **dates("starts_on", BEGAN), **dates("ends_on", in_days(20)), **dates("review_on", None),
    }  # fmt: skip
    address = f"/partners/{here.partner.id}/agreements/add"
    all_know(monkeypatch, queries, "one_partner", 2)
    assert post_all([(browser, address, told) for browser in browsers]) == [303, 303]
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 1
    assert db.session.scalar(select(func.count()).select_from(PartnerTask)) == 1


def test_an_agreement_is_renewed_once(
    app: Flask, here: World, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = here.agreement(ends_on=in_days(20))
    posts = []
    for number in (1, 2):
        told: dict[str, Any] = {
            "kind": "service", "title": f"Next {number}", "reference": "", "link": "", "key": key(), "version": "1",
            **dates("starts_on", in_days(21)), **dates("ends_on", in_days(400)), **dates("review_on", None),
        }  # fmt: skip
        posts.append((as_user(here.manager), f"/partners/agreements/{one.id}/renew", told))
    all_know(monkeypatch, queries, "one_agreement", 2)
    assert post_all(posts) == [303, 409]
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 2


def test_decisions_at_once_have_numbers_of_their_own(
    app: Flask, here: World, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = here.board()
    posts = []
    for number in (1, 2, 3):
        told = {
            "title": f"D{number}",
            "decided": "It is.",
            "why": "So.",
            "proposed_by": "",
            "meeting": "",
            "key": key(),
        }
        told |= dates("decided_on", in_days(0))
        posts.append((as_user(here.manager), f"/partners/boards/{board.id}/decisions/add", told))
    all_know(monkeypatch, boards, "one_board", 3)
    assert post_all(posts) == [303, 303, 303]
    assert sorted(db.session.scalars(select(BoardDecision.number))) == [1, 2, 3]


def test_two_change_one_partner_and_the_second_is_asked(
    app: Flask, here: World, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [
        (as_user(here.manager), f"/partners/{here.partner.id}/change", {"version": "1", "does": words})
        for words in ("On Mondays", "On Tuesdays")
    ]
    all_know(monkeypatch, queries, "one_partner", 2)
    assert post_all(posts) == [303, 409]


def _role(above: str) -> dict[str, str]:
    return {"role": "grant-holder", "under": above, "key": key(), **dates("starts_on", BEGAN), **dates("ends_on", None)}
