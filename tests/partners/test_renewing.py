"""A renewal takes along the capacity that the agreement before promised, once for a quarter, unless somebody says otherwise."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from portal.core.extensions import db
from portal.core.quarters import this_quarter
from portal.partners import agreement_actions
from portal.partners.agreement_actions import AgreementTold
from tests.partners.world import World, dates, key
from tests.support.page import Browser


def test_a_renewal_promises_the_same_capacity_unless_the_tick_is_taken_away(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    now = this_quarter()
    mine = [now.before, now]
    one, other = (here.agreement(ends_on=now.last, title=title) for title in ("Evening cafe", "Morning cafe"))
    for agreement in (one, other):
        for number, quarter in enumerate(mine):
            amounts = {"places": 20 + number, "sessions": 78}
            agreement_actions.promise(agreement, quarter.first, amounts, version=agreement.version, by=here.manager)
    db.session.commit()
    browser, next_one = as_user(here.manager), now.following
    shown = browser.get(f"/partners/agreements/{one.id}/renew")
    assert "Promise the same for each of its quarters: 21 places, 78 sessions" in shown.main
    assert shown.one("#same_capacity").has_attr("checked")
    told = {
        "kind": "service", "title": "Evening cafe", "reference": "", "link": "", "version": str(one.version), "key": key(),
        **dates("starts_on", next_one.first), **dates("ends_on", next_one.following.last), **dates("review_on", None),
    }  # fmt: skip
    renewed = browser.follow(
        browser.post(f"/partners/agreements/{one.id}/renew", {**told, "same_capacity": "y"}, expect=303)
    )
    assert renewed.main.count("21 places, 78 sessions") == 2
    assert next_one.label in renewed.main and next_one.following.label in renewed.main
    less = {**told, "title": "Morning cafe", "version": str(other.version), "key": key()}
    without = browser.follow(browser.post(f"/partners/agreements/{other.id}/renew", less, expect=303))
    assert "It promises no places and no sessions yet." in without.main
    bare = here.agreement(title="Bare", ends_on=now.last)
    assert not browser.get(f"/partners/agreements/{bare.id}/renew").select("#same_capacity")


def test_what_the_agreement_before_promises_for_a_quarter_is_not_promised_twice(here: World) -> None:
    now = this_quarter()
    one = here.agreement(ends_on=now.last - timedelta(days=9))
    agreement_actions.promise(one, now.first, {"places": 20, "sessions": None}, version=one.version, by=here.manager)
    told = AgreementTold("service", "Evening cafe", now.last - timedelta(days=8), now.following.last)
    made = agreement_actions.renew_agreement(
        one, told, version=one.version, form_key=key(), by=here.manager, same_capacity=True
    )
    assert [(row.quarter, row.promised) for row in made.promises] == [(now.following.first, 20)]
