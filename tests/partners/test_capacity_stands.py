"""A quarter of a partner is counted once: no later day, act, erasure or other programme tells a second thing of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.governance.erasing import erase
from portal.partners import actions, capacity, counting
from portal.partners.actions import ProgrammeTold, RoleTold
from portal.partners.figure_models import PartnerFigure
from portal.partners.models import Partner
from portal.partners.scopes import sights
from portal.people.models import Person
from portal.referrals.models import Introduction
from tests.partners.test_sheets import SUMMER, referred
from tests.partners.world import BEGAN, World, key

DUE = SUMMER.after + timedelta(days=14)
SMALL = ("fewer than 8", "fewer than 8", "fewer than 8", "not shown")


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with _on(DUE):
        yield


def _on(day: date) -> AbstractContextManager[None]:
    return clock.freeze(datetime.combine(day, time(9), UTC))


def _told(here: World, partner: Partner | None = None, quarter: Quarter = SUMMER) -> tuple[str, ...] | None:
    found = capacity.lines(sights(here.manager), quarter, partner_id=(partner or here.partner).id)
    return next(((one.accepted_told, one.begun_told, one.due_told, one.share_told) for one in found), None)


def _second(here: World, slug: str) -> Partner:
    """The same organisation as a partner of another programme, under the same lead."""
    told = ProgrammeTold(f"Second in {slug}", slug, BEGAN)
    other = actions.start_programme(told, here.lead, form_key=key(), by="operator")
    role = RoleTold("informal", BEGAN)
    made = actions.add_partner(other, here.partner.organization, role, None, form_key=key(), by=here.manager)
    db.session.commit()
    return made


def test_who_is_erased_moves_no_figure_that_was_told(app: Flask, here: World) -> None:
    service = here.make.service(organisation=here.partner.organization)
    referred(service, 8, began=8)
    counting.count()
    assert _told(here) == ("10", "10", "10", "100%")
    db.session.query(Introduction).update({"state": "completed"})
    for person in db.session.query(Person).limit(6).all():
        erase(person, why="asked", by="operator")
    referred(service, 30, began=30)
    counting.count()
    db.session.expire_all()
    assert _told(here) == ("10", "10", "10", "100%")


def test_whoever_looks_every_day_sees_one_figure_alone(sqlite_app: Flask, here: World) -> None:
    """Somebody is added, or erased, each day from before the end of the quarter: of 8 people and of 7 each way."""
    service, seen = here.make.service(organisation=here.partner.organization), []
    referred(service, 7, began=7)
    for back in range(20, -20, -1):
        with _on(DUE - timedelta(days=back)):
            if back % 2:
                referred(service, 1, began=1)
            elif back < 0:
                db.session.query(Introduction).update({"state": "completed"})
                erase(db.session.query(Person).filter(Person.erased_at.is_(None)).first(), why="asked", by="operator")
            counting.count()
            seen.append(_told(here))
    assert seen[:20] == [None] * 20, "not before it was counted"
    assert len(set(seen[20:])) == 1 and seen[20] == ("15", "15", "15", "100%"), "of 17"


def test_a_small_figure_is_kept_nowhere(app: Flask, here: World) -> None:
    referred(here.make.service(organisation=here.partner.organization), 7, began=3)
    counting.count()
    row = (
        db.session.query(PartnerFigure)
        .filter_by(organization_id=here.partner.organization_id, quarter=SUMMER.first)
        .one()
    )
    assert (row.accepted, row.begun, row.due, row.in_time) == (None, None, None, None) and _told(here) == SMALL
    for exact in (5, 7):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.query(PartnerFigure).update({"accepted": exact})


def test_two_programmes_of_one_area_tell_the_same_and_of_two_over_one_ground_one_tells(app: Flask, here: World) -> None:
    from tests.partners.world import area

    service = here.make.service(organisation=here.partner.organization)
    referred(service, 20, began=9)
    counting.count()
    area("leicestershire")
    referred(service, 1)
    same, wider = _second(here, "leicester"), _second(here, "leicestershire")
    counting.count()
    assert _told(here) == _told(here, same) == ("20", "10", "20", "100%")
    assert _told(here, wider) is None
    assert {one.area for one in db.session.query(PartnerFigure)} == {"leicester"}


def test_who_was_no_partner_then_has_no_figure_of_then(app: Flask, here: World) -> None:
    late = here.other("Newly Here", starts_on=SUMMER.after)
    referred(here.make.service(organisation=late.organization), 20)
    counting.count()
    assert _told(here, late) is None
    assert db.session.query(PartnerFigure).filter_by(organization_id=late.organization_id).count() == 0
