"""A programme with a lead, partners and accounts, made by the acts of the pages."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.organisations.models import Organization
from portal.partners import actions, agreement_actions, board_actions
from portal.partners.actions import ProgrammeTold, RoleTold
from portal.partners.agreement_actions import AgreementTold
from portal.partners.board_actions import BoardTold, DecisionTold
from portal.partners.board_models import Board, BoardDecision
from portal.partners.models import Agreement, Partner, Programme
from tests.factories import Make

BEGAN = date(2025, 4, 1)
_numbers = count(1)


def key() -> str:
    """A one-time key as forms have them."""
    return f"key-of-a-test-{next(_numbers):06}"


def dates(name: str, day: date | None) -> dict[str, str]:
    """A date as it is typed into three boxes."""
    parts = (
        {"day": day.day, "month": day.month, "year": day.year} if day else dict.fromkeys(("day", "month", "year"), "")
    )
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def area(slug: str) -> NeighbourhoodSet:
    """A set of one neighbourhood, in the council where the services of tests are."""
    made = NeighbourhoodSet(slug=slug, name=slug.title(), area=slug.title(), valid_from=date(2020, 1, 1))
    part = NeighbourhoodPart(kind="authority", code="E06000016", vintage=2020, valid_from=date(2020, 1, 1))
    made.neighbourhoods.append(Neighbourhood(slug=f"{slug}-west", name="Westfields", parts=[part]))
    db.session.add(made)
    db.session.commit()
    return made


@dataclass
class World:
    """Leicester's programme: `lead` leads it, `partner` is its subcontractor."""

    make: Make
    programme: Programme
    lead: Organization
    manager: User
    partner: Partner

    def other(self, name: str = "Sileby Carers", **told: Any) -> Partner:
        """One more partner; an informal one unless said otherwise."""
        role = RoleTold(**{"role": "informal", "starts_on": BEGAN, **told})
        made = actions.add_partner(
            self.programme, self.make.organisation(name), role, "Talks to carers.", form_key=key(), by=self.manager
        )
        db.session.commit()
        return made

    def agreement(self, partner: Partner | None = None, **told: Any) -> Agreement:
        """An agreement for two years from the beginning, unless said otherwise."""
        whole = {"kind": "service", "title": "Evening cafe", "starts_on": BEGAN, "ends_on": date(2027, 3, 31), **told}
        made = agreement_actions.add_agreement(
            partner or self.partner, AgreementTold(**whole), form_key=key(), by=self.manager
        )
        db.session.commit()
        return made

    def board(self, name: str = "Saffron board") -> Board:
        """A board of the programme."""
        told = BoardTold(name, "Which cafes open, and where.")
        made = board_actions.add_board(self.programme, told, form_key=key(), by=self.manager)
        db.session.commit()
        return made

    def decision(self, board: Board, title: str = "Open on Fridays", **told: Any) -> BoardDecision:
        """A decision of today."""
        whole = {"title": title, "decided": "It opens.", "why": "People asked.", "decided_on": clock.today(), **told}
        made = board_actions.decide(board, DecisionTold(**whole), form_key=key(), by=self.manager)
        db.session.commit()
        return made


def world(
    make: Make, slug: str = "leicester", lead: str = "Copperbrook Care", name: str = "Neighbourhood mental health"
) -> World:
    """A programme under a lead, with a manager and one subcontractor."""
    area(slug)
    leads = make.organisation(lead)
    manager = make.user("lead-provider", organisation=leads, name=f"Manager of {slug}")
    programme = actions.start_programme(ProgrammeTold(name, slug, BEGAN), leads, form_key=key(), by="operator")
    db.session.commit()
    lead_partner = next(iter(programme.partners))
    made = World(make, programme, leads, manager, lead_partner)
    made.partner = made.other(f"Larkfield Circle of {slug}", role="subcontractor", under_id=lead_partner.id)
    return made


def in_days(days: int) -> date:
    """A day so far from today."""
    return clock.today() + timedelta(days=days)
