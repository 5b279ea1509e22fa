"""Several things asked for together in the demo: one set that stands half answered, and one in which a next nearest said yes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.demo.referring import AREA, PRACTICE, TEAM, WORKER, Story, moment, quieten, service_for
from portal.demo.rows import demo_id
from portal.demo.teams import TEAMS, team_id
from portal.directory.models import Service
from portal.huddles.models import HuddleCase
from portal.organisations.models import Organization
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, ending, sending
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, LinkTeam, Referral
from portal.referrals.transitions import Who
from portal.together import actions
from portal.together.bundles import BUNDLES
from portal.together.models import TogetherLine

SETS: tuple[dict[str, Any], ...] = (
    {
        "name": "Winifred Askew", "born": "1941-02-03", "at": "LE2 0QB", "ways": ["phone"], "phone": "+447700900131",
        "voicemail": False, "needs": ["transport", "home-help", "befriending"], "getting_in": ["step_free"],
        "matters": "To sit in my own chair again, and to have somebody to talk to in it.", "worker": WORKER,
        "from": {"days": 9, "reason": "Home after a broken hip. Nobody is there in the day."},
        "next": {"step": "Phone after the first lift", "in": 2},
        "bundle": "home-from-hospital", "days": 6,
        "then": {"lift": "5 accept", "shopping": "", "befriending": "2 decline no-capacity"},
    },
    {
        "name": "Casimir Okoro", "born": "1979-10-17", "at": "LE3 5HL", "ways": ["phone", "text"],
        "phone": "+447700900132", "voicemail": True, "needs": ["debt", "food", "energy"],
        "matters": "To know what to pay first.", "worker": WORKER,
        "from": {"days": 20, "reason": "Lost his hours in the summer. Skips meals to pay for heating."},
        "bundle": "debt-and-food", "days": 16,
        "then": {"debt": "12 decline no-capacity next 11 accept", "food": "15 accept", "heating": "14 see"},
    },
)  # fmt: skip
"""Invented people. `then`: by line, days ago and what the group said; after "next" the same of the next nearest."""


ELSEWHERE: tuple[dict[str, Any], ...] = (
    {
        "team": "camden", "name": "Rhona Vickery", "bundle": "home-from-hospital", "days": 3,
        "then": {"lift": "2 accept", "shopping": "1 see", "befriending": "1 decline no-capacity"},
    },
    {
        "team": "epsom", "name": "Dorothea Munn", "bundle": "living-alone", "days": 11,
        "then": {"company": "9 accept", "going-out": "8 decline not-eligible next 7 accept", "balance": ""},
    },
)  # fmt: skip
"""The same for people whom the huddles of other areas talk about."""
HOMES = {"epsom-and-surrey-downs": "surrey"}
"""By the slug of a set: the part of the demo that its organisations are in, where it is called otherwise."""


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    team, practice = (db.session.get(Organization, demo_id("organization", "body", name)) for name in (TEAM, PRACTICE))
    is_there = db.session.scalar(select(exists().where(TogetherLine.id.is_not(None))))
    if team is None or practice is None or is_there or db.session.get(LinkTeam, team.id) is None:
        return False
    for told in SETS:
        story = Story(told, team, practice)
        story.tell()
        assert story.person is not None
        _Set(told, story.person, story.worker, AREA).make()
    quieten()
    return True


def ensure_elsewhere() -> bool:
    """The same for people of other areas, once the huddles that talk about them are there."""
    made = False
    for told in ELSEWHERE:
        team = next(one for one in TEAMS if one.key == told["team"])
        leader = next(one for one in team.members if one.leads)
        on_board = select(HuddleCase.person_id).where(HuddleCase.team_id == team_id(team))
        people = db.session.scalars(select(Person).where(Person.id.in_(on_board), Person.erased_at.is_(None)))
        person = next((one for one in people if one.name == told["name"]), None)
        if person is None or db.session.scalar(select(exists().where(TogetherLine.person_id == person.id))):
            continue
        _Set(
            told, person, db.session.get_one(User, demo_id("account", leader.mailbox)), HOMES.get(team.area, team.area)
        ).make()
        made = True
    if made:
        quieten()
    return made


class _Set:
    """What was asked for together for one person, and what the groups said."""

    def __init__(self, told: Mapping[str, Any], person: Person, worker: User, area: str) -> None:
        self.told, self.bundle = told, BUNDLES[str(told["bundle"])]
        self.person, self.worker, self.area = person, worker, area
        self.asks = Actor(Who.REFERRER, user=worker, organization_id=person.organization_id)

    def make(self) -> None:
        """All of it, each thing on its day."""
        with clock.freeze(moment(int(self.told["days"]))):
            referral = self._chosen()
            sent = {one.service_id: one for one in referral.introductions}
            for one in sent.values():
                self._send(one)
        lines = db.session.scalars(select(TogetherLine).where(TogetherLine.referral_id == referral.id)).all()
        for line in lines:
            first, _next, after = str(self.told["then"].get(line.line, "")).partition(" next ")
            made = sent[line.service_id]
            self._answer(made, first)
            if after:
                self._go_on(made, line.line, after)

    def _chosen(self) -> Referral:
        chosen: dict[str, UUID] = {}
        for line in self.bundle.lines:
            service = service_for(line.need, self.person, self.area, without=chosen.values())
            if service is not None:
                chosen[line.id] = service.id
        key = f"demo-together-{self.bundle.id}-{self.person.reference}"
        return actions.choose(self.person, self.bundle, chosen, form_key=key, by=self.worker)

    def _send(self, one: Introduction) -> None:
        person = self.person
        agreement = consents.active(person.id, one.organization_id) or consents.give(
            person, one.organization_id, Agreement(how="spoken"), by=self.worker, for_id=person.organization_id
        )
        one.happy_to_wait = True
        sending.send(one, agreement, by=self.asks)

    def _answer(self, one: Introduction, line: str) -> None:
        if not line:
            return
        days, act, *reason = line.split(" ")
        group = Actor(Who.PROVIDER, channel="e-mail-link", organization_id=one.organization_id)
        with clock.freeze(moment(int(days))):
            if act == "accept":
                answering.accept(one, by=group)
            elif act == "decline":
                answering.decline(one, by=group, given=Given(reason=reason[0]))
            else:
                answering.see(one, by=group)

    def _go_on(self, refused: Introduction, line: str, after: str) -> None:
        """The next nearest, in the place of the one that said no."""
        need = next(one.need for one in self.bundle.lines if one.id == line)
        service: Service | None = service_for(need, self.person, self.area)
        if service is None:
            return
        with clock.freeze(moment(int(after.split(" ", maxsplit=1)[0])) - timedelta(hours=1)):
            one = sending.to_service(refused.referral, service, by=self.asks, replaces_id=refused.id)
            self._send(one)
            ending.act_on(refused)
        self._answer(one, after)
