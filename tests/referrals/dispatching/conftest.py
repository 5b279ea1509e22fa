"""A handover that can end, and transports that the application sends by."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, ending, sending, visiting
from portal.referrals.actors import Actor
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.dispatching.transports import current
from portal.referrals.dispatching.transports.port import Transport
from portal.referrals.guards import Given
from portal.referrals.models import Introduction
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.support.people import make_user
from tests.support.referrals import NUMBER, make_person, make_team

FAMILY = "Vantongeren"
EMAIL = "tannery.row@nhs.net"
ODS = "X26"
"""Of the practice; the sandbox knows it."""
PRIVATE = (FAMILY, "Quilla", NUMBER, "999 000 0018", "1964", "27031964")
"""What may stand in no log, address or name of a file."""


class Handover:
    """A practice with an address and a code, a team, a person, and one handover under way. `is_own`: they asked themselves."""

    def __init__(self, make: Make, *, agrees: bool = True, is_own: bool = False) -> None:
        self._is_own = is_own
        practice, team = make.organisation("Tannery Row Surgery", email=EMAIL), make.organisation("Link Team")
        practice.identifiers.append(
            OrganizationIdentifier(identifier_scheme="GB-NHS", identifier_type="ods", identifier=ODS)
        )
        make_team(team, practices=(practice.id,))
        referrer, worker = make_user("referrer", organisation=practice), make_user("link-worker", organisation=team)
        person = make_person(team, worker=worker, nhs_number=NUMBER, birth_date=date(1964, 3, 27))
        self._ids = {"practice": practice.id, "team": team.id, "person": person.id}
        self._users = {"referrer": referrer.id, "worker": worker.id}
        if agrees:
            self.agree()
        self._ids["one"] = self._handed_over().id
        db.session.commit()

    @property
    def practice(self) -> Organization:
        """As it stands now; so are the others."""
        return db.session.get_one(Organization, self._ids["practice"])

    @property
    def team(self) -> Organization:
        return db.session.get_one(Organization, self._ids["team"])

    @property
    def person(self) -> Person:
        return db.session.get_one(Person, self._ids["person"])

    @property
    def one(self) -> Introduction:
        return db.session.get_one(Introduction, self._ids["one"])

    @property
    def referrer(self) -> User:
        return db.session.get_one(User, self._users["referrer"])

    @property
    def worker(self) -> User:
        return db.session.get_one(User, self._users["worker"])

    @property
    def row(self) -> DocumentDispatch:
        """The only document."""
        db.session.rollback()
        return db.session.query(DocumentDispatch).populate_existing().one()

    def agree(self, *, outcomes: bool = True) -> None:
        """That the practice hears how it ended."""
        scopes = (*consents.TO_INTRODUCE, "outcomes") if outcomes else tuple(consents.TO_INTRODUCE)
        consents.give(self.person, self.practice.id, Agreement(how="spoken", scopes=scopes), by=self.referrer)
        db.session.commit()

    def end(self) -> DocumentDispatch:
        """It has ended, with an outcome."""
        report = {"result": "partly", "why_no_measure": "declined", "last_contact": clock.today().isoformat()}
        ending.complete(self.one, by=self._answers(), given=Given(report=report))
        db.session.commit()
        return self.row

    def _answers(self) -> Actor:
        return Actor(Who.PROVIDER, user=self.worker, organization_id=self.team.id)

    def _handed_over(self) -> Introduction:
        by = Actor(Who.REFERRER, user=self.referrer, organization_id=self.practice.id)
        told = {"name": f"Quilla {FAMILY}", "nhs_number": NUMBER, "birth_date": "1964-03-27"}
        wanted = Wanted(
            route="self" if self._is_own else "clinician", needs=["loneliness"], reason="Company.", told=told
        )
        asks = None if self._is_own else (self.practice.id, self.referrer.id)
        if self._is_own:
            by = Actor(Who.PERSON)
        referral = sending.new_referral(
            self.person, wanted, by=by, organization_id=asks[0] if asks else None, user_id=asks[1] if asks else None
        )
        one = sending.to_team(referral, self.team.id, by=by)
        held = consents.give(self.person, self.team.id, Agreement(how="spoken"), by=self.referrer)
        sending.send(one, held, by=by)
        answering.accept(one, by=self._answers())
        visiting.book(one, clock.now() + timedelta(days=1), by=self._answers())
        visiting.attend(one, "attended", by=self._answers())
        return one


Use = Callable[..., None]


@pytest.fixture
def use(active_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Let the application send by these transports alone."""

    def bind(*transports: Transport) -> None:
        monkeypatch.setitem(active_app.extensions, current.NAME, {one.name: one for one in transports})

    return bind


@pytest.fixture
def setting(active_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a setting of the application be another."""

    def change(**values: object) -> None:
        told = replace(active_app.extensions["portal.settings"], **values)  # type: ignore[arg-type]
        monkeypatch.setitem(active_app.extensions, "portal.settings", told)

    return change


def work() -> None:
    """Let the worker do all that is due."""
    db.session.commit()
    work_until_idle()
    db.session.rollback()
