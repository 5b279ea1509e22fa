"""What tests of huddles send, as a browser would: the form of an opened case. And boards with all that may stand on them."""

from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.core.extensions import db
from portal.huddles.models import Huddle, HuddleAction
from portal.referrals import sending
from portal.referrals.actors import Actor
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from portal.together.models import TogetherLine
from tests.factories import Make
from tests.support.page import Page
from tests.support.referrals import agree
from tests.support.teams import TeamWorld


def fill(page: Page, action: str, **typed: str) -> dict[str, str]:
    """What a browser would send of the form with this address: the boxes as they stand, but for what was typed."""
    form = page.one(f'form[action="{action}"]')
    told: dict[str, Any] = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    told |= {one["name"]: one.get_text().removeprefix("\n") for one in form.select("textarea")}
    for one in form.select("select"):
        chosen = one.select("option[selected]") or one.select("option")
        told[one["name"]] = chosen[0]["value"]
    return told | {"do": "save"} | typed


def day(name: str, told: str) -> dict[str, str]:
    """The three boxes of a day like "2026-12-01"."""
    year, month, number = told.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def ask_for_a_lift(team: TeamWorld, make: Make) -> None:
    """Sent, as one line of a set."""
    service = make.service("Wheels Together", organisation=make.organisation("Wheels CIC"))
    by = Actor(Who.REFERRER, user=team.worker, organization_id=team.workers.id)
    wanted = Wanted(route="link-worker", needs=["transport"], reason="Home on Friday.")
    asked = {"by": by, "organization_id": team.workers.id, "user_id": team.worker.id}
    referral = sending.new_referral(team.person, wanted, **asked)
    sending.send(sending.to_service(referral, service, by=by), agree(team.person, service.organization), by=by)
    line = {"bundle": "home-from-hospital", "line": "lift", "position": 0, "service_id": service.id}
    db.session.add(TogetherLine(referral_id=referral.id, person_id=team.person.id, **line))
    db.session.commit()


def fill_board(team: TeamWorld, cases: int = 40) -> Huddle:
    """Put so many cases on the board of today, each with an action: the first ten are overdue, and the last ones in hand."""
    huddle = Huddle(team_id=team.team.id, neighbourhood_id=team.place.id, held_on=clock.today())
    last = Huddle(
        team_id=team.team.id, neighbourhood_id=team.place.id, held_on=clock.today() - timedelta(days=7),
        finished_at=clock.now() - timedelta(days=7),
    )  # fmt: skip
    db.session.add_all([huddle, last])
    db.session.flush()
    for number in range(cases - 1):
        person = team.somebody(given_name=f"{chr(65 + number % 26)}da", family_name="Byron")
        agree(person, team.housing)
        case = team.add_case(person, f"Number {number}", opened_on=clock.today() - timedelta(days=8 + number))
        told = {"huddle_id": huddle.id, "case_id": case.id, "person_id": person.id, "owner_kind": "housing"}
        db.session.add(HuddleAction(what="Phone", due_on=clock.today() + timedelta(days=number - 10), **told))
    db.session.commit()
    return huddle
