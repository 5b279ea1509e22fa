"""Worries about safety in the demo, and what information governance has to look at: a record opened from outside, one on hold.

Made once by the same acts as on the pages, on days of the past. All names are invented.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.demo.referring import TEAM
from portal.demo.rows import demo_id
from portal.governance import actions as governing
from portal.notifications.models import OutboxMessage
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals.models import Introduction, SafetyConcern
from portal.referrals.states import SAID_YES
from portal.safeguarding.actions import Worry, mark_read, note_outcome, raise_concern
from portal.safeguarding.subjects import Subject, subject_of

KEY = "demo-watching-over-00000"
NEPHEW = (
    "She told our volunteer that her nephew keeps her bank card and gives her twenty pounds on Fridays. "
    "She asked us not to ring the house when he is there, which is most evenings."
)
THIN = "Much thinner than in September, and the same coat three weeks running. He says that he eats at his daughter's."
SHOUTING = (
    "Somebody shouted at her while we were on the phone, and she rang off. She rang back to say that all is well."
)
DONE = (
    "Visited with the daughter on Thursday. Meals come three days a week now. The council was told, and needs no more."
)
GLASS = "She came to our desk confused and without a phone. I need to know whom to call, and whether she lives alone."
HELD = "A complaint about a visit is being looked into."


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    team = db.session.get(Organization, demo_id("organization", "body", TEAM))
    if team is None or db.session.scalar(select(SafetyConcern.id).limit(1)) is not None:
        return False
    worker, team_lead = _user("link-worker"), _user("safeguarding-lead-team")
    people = db.session.scalars(
        select(Person).where(Person.organization_id == team.id, Person.closed_at.is_(None)).order_by(Person.created_at)
    ).all()
    if len(people) < 3:
        return False
    begun_at = clock.now()
    over = _raise(9, THIN, _of(team, people[0]), worker)
    with clock.freeze(begun_at - timedelta(days=8)):
        note_outcome(over, DONE, closes=True, by=team_lead)
    read = _raise(1, SHOUTING, _of(team, people[1]), worker)
    mark_read(read, by=team_lead)
    _from_the_group()
    with clock.freeze(begun_at - timedelta(days=2)):
        governing.break_glass(people[2], GLASS, by=_user("safeguarding-lead"), form_key=f"{KEY}-glass")
        governing.hold(people[1], HELD, by=_user("information-governance"))
    _forget_messages(begun_at)
    return True


def _from_the_group() -> None:
    """A group worker's worry of this morning, which nobody has read yet."""
    worker = _user("group-worker")
    theirs = select(Introduction).where(Introduction.state.in_([state.value for state in SAID_YES]))
    at = theirs.where(Introduction.organization_id == worker.held[0].organization_id).order_by(Introduction.id)
    one = db.session.scalar(at.limit(1))
    if one is not None:
        about = subject_of(worker, introduction=one.reference, person=None, organisation=None)
        _raise(0, NEPHEW, about, worker)


def _raise(days: int, words: str, about: Subject, by: User) -> SafetyConcern:
    with clock.freeze(clock.now() - timedelta(days=days)):
        return raise_concern(Worry(words, f"{KEY}-{days}"), about, by=by)


def _of(team: Organization, person: Person) -> Subject:
    return Subject(team, team, person)


def _user(mailbox: str) -> User:
    return db.session.get_one(User, demo_id("account", mailbox))


def _forget_messages(begun_at: datetime) -> None:
    """What was written about days of the past was read long ago."""
    db.session.flush()
    names = ("safety-raised", "record-opened")
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.name.in_(names)))
    old = Job.name.like("notifications.%"), Job.created_at < begun_at
    db.session.execute(delete(Job).where(*old))
