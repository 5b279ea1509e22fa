"""Questions of the demo's team coordinators to their groups: one that most answered, and one that is out.

Made once by the same acts as on the pages, on days of the past; the mails of the one that is out are written by the worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from portal.accounts.models import User
from portal.accounts.queries import user_by_email
from portal.coordinating import answering, asking, reminding
from portal.coordinating.areas import Patch
from portal.coordinating.groups import groups_of
from portal.coordinating.models import AskedGroup, GroupQuestion
from portal.coordinating.reaching import Reach, reach_of
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.demo.accounts import MAIL
from portal.demo.rows import demo_id
from portal.directory.models import Service
from portal.geography.queries import neighbourhoods_in

ASKER = "team-coordinator"
KEY = "demo-coordinating"
NEW_DAYS = (12, 33, 61)


@dataclass(frozen=True)
class Asked:
    """A question of so many days ago, to so many groups, `answers` of which answered, in order. `closed`: it is over."""

    words: str
    kind: str
    days: int
    within: int
    groups: int
    answers: tuple[str, ...]
    choices: tuple[str, ...] = ()
    closed: bool = False


QUESTIONS: dict[str, tuple[Asked, ...]] = {
    "leicester": (
        Asked("What would help your group most this winter?", "choice", 40, 12, 14,
              ("1", "0", "0", "2", "0", "3", "1", "0", "0", "1", "0"),
              ("Volunteers", "Money for heating", "A larger room", "Somebody to do the accounts"), closed=True),
        Asked("Are you open between Christmas and New Year?", "yes-no", 8, 14, 14,
              ("yes", "no", "no", "yes", "yes", "no", "yes", "no", "yes", "yes", "no", "yes")),
        Asked("How many new people could you take from January?", "number", 1, 14, 9, ("6", "10", "3")),
    ),
    "camden": (
        Asked("What would you like to hear about at the next forum?", "words", 3, 14, 8,
              ("How to get a small grant without ten forms.", "Safeguarding, in plain English.",
               "Who else runs lunches near us on Thursdays.")),
    ),
    "epsom-and-surrey-downs": (
        Asked("Can somebody of your group come to the board on 14 January?", "yes-no", 2, 14, 6, ("yes", "yes", "no")),
    ),
}  # fmt: skip
"""By the slug of a set."""


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    asker = user_by_email(f"{ASKER}@{MAIL}")
    if asker is None or db.session.get(GroupQuestion, demo_id("group_question", "leicester", 0)) is not None:
        return False
    made = False
    _some_are_new()
    for area, questions in QUESTIONS.items():
        here = neighbourhoods_in(frozenset({area}))
        groups = [one.id for one in groups_of(Patch(area, (area,), tuple(here)))]
        reached = [one for one in reach_of(None, groups) if not one.left_out]
        for number, told in enumerate(questions):
            made |= _ask(area, number, told, reached, asker)
    return made


def _some_are_new() -> None:
    """The three smallest groups of Leicester came lately."""
    here = neighbourhoods_in(frozenset({"leicester"}))
    groups = groups_of(Patch("leicester", ("leicester",), tuple(here)))
    smallest = sorted(groups, key=lambda one: (len(one.listings), one.name))
    for days, group in zip(NEW_DAYS, smallest, strict=False):
        theirs = Service.id.in_([one.id for one in group.listings])
        db.session.execute(update(Service).where(theirs).values(created_at=clock.now() - timedelta(days=days)))


def _ask(area: str, number: int, told: Asked, reached: Sequence[Reach], asker: User) -> bool:
    """One question, sent and answered by the same acts as on the pages."""
    to = [one.organization_id for one in reached[: told.groups]]
    if not to:
        return False
    begun = clock.now() - timedelta(days=told.days)
    with clock.freeze(begun):
        question = _question(area, number, told, asker)
        asking.choose(question, to)
        asking.send(question, by=asker)
    for place, (organisation, value) in enumerate(zip(to, told.answers, strict=False)):
        with clock.freeze(min(begun + timedelta(hours=5 + 13 * place), clock.now())):
            answering.give(_row(question, organisation), value, key=f"{KEY}-{area}-{number}-{place}", by=None)
    if told.closed:
        with clock.freeze(begun + timedelta(days=told.within - 3)):
            reminding.remind(question, by=None)
        with clock.freeze(begun + timedelta(days=told.within + 2)):
            reminding.close(question, by=asker)
        waits = delete(Job).where(Job.name == asking.write.name, Job.key.like(f"{question.id.hex}%"))
        db.session.execute(waits)
    return True


def _question(area: str, number: int, told: Asked, asker: User) -> GroupQuestion:
    """Its draft, under an id that is always the same. Who asks in the demo coordinates one of the areas alone."""
    question = GroupQuestion(
        id=demo_id("group_question", area, number), area=area, kind=told.kind, words=told.words,
        choices="\n".join(told.choices) or None, answer_by=clock.today() + timedelta(days=told.within),
        asked_by_id=asker.id if area == "leicester" else None, form_key=f"{KEY}-{area}-{number}",
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    return question


def _row(question: GroupQuestion, organisation: UUID) -> AskedGroup:
    wanted = select(AskedGroup).where(AskedGroup.question_id == question.id)
    return db.session.scalars(wanted.where(AskedGroup.organization_id == organisation)).one()
