"""What tests of information governance need: somebody about whom every table holds something."""

from datetime import timedelta
from uuid import UUID

import pytest

from portal.attachments.models import Attachment, AttachmentPiece
from portal.core import clock
from portal.core.encryption import EncryptedBytes, EncryptedJson, EncryptedText
from portal.core.extensions import db
from portal.governance import holdings
from portal.governance.models import BrokenGlass
from portal.huddles.gap_models import HuddleGap
from portal.huddles.models import Huddle, HuddleAction, HuddleCase, HuddleNote
from portal.measures.models import MeasureResult
from portal.people.models import Goal, Person, PersonContact, PersonFlag, RecordNote
from portal.referrals import messages
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.models import KeptAnswers, SafetyConcern
from portal.together.models import TogetherLine
from portal.voice.models import HelpedAsked
from tests.factories import Make
from tests.support.referrals import World
from tests.support.teams import make_huddle_team, make_neighbourhood

SECRET = "Zebrafinch"
"""In every text about the person."""


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


@pytest.fixture
def full(loop: World) -> World:
    """Every table that belongs to a person holds a row of theirs, and every encrypted column of it a text of its own."""
    one = loop.introduction("completed")
    messages_of = {"side": "referrer", "kind": "message"}
    person, worker = loop.person.id, loop.worker.id
    mine = {"person_id": person}
    rows = [
        Goal(words="x", **mine), PersonFlag(area="leicester", why="x", **mine),
        PersonContact(at=clock.now(), mode="phone", outcome="reached", note="x", introduction_id=one.id, **mine),
        SafetyConcern(reference="K7PH4MWX", organization_id=loop.team.id, words="x", closed_at=clock.now(), **mine),
        KeptAnswers(purpose="refer", expires_at=clock.now() + timedelta(days=1), **mine),
        MeasureResult(instrument="ons4", point="before", answers={"a": "1"}, form_key="m" * 30, **mine),
        RecordNote(words="x", by_user_id=worker, **mine),
        DocumentDispatch(introduction_id=one.id, content={}, **mine),
        BrokenGlass(reason="x", user_id=worker, until=clock.now(), **mine),
        HelpedAsked(introduction_id=one.id),
        messages.Message(introduction_id=one.id, words="x", **messages_of),
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    file = Attachment(
        introduction_id=one.id,
        message_id=rows[-1].id,
        side="group",
        name="x",
        kind="pdf",
        size=1,
        digest="x",
        state="clean",
    )
    db.session.add(file)
    db.session.flush()
    db.session.add(AttachmentPiece(attachment_id=file.id, introduction_id=one.id, number=0, content=b"x"))
    _talked_about(person)
    db.session.add(
        TogetherLine(
            referral_id=one.referral_id, person_id=person, bundle="x", line="x", position=0, service_id=one.service_id
        )
    )
    loop.person.closed_at = clock.now()
    db.session.commit()
    _fill(loop.person)
    return loop


def _talked_about(person_id: UUID) -> None:
    """A case on the board of a neighbourhood team, a note and an action."""
    place = make_neighbourhood()
    team = make_huddle_team(place)
    huddle = Huddle(team_id=team.id, neighbourhood_id=place.id, held_on=clock.today())
    case = HuddleCase(team_id=team.id, person_id=person_id, why="x")
    db.session.add_all([huddle, case])
    db.session.flush()
    about = {"huddle_id": huddle.id, "case_id": case.id, "person_id": person_id}
    db.session.add_all([HuddleNote(situation="x", **about), HuddleAction(what="x", due_on=clock.today(), **about)])
    db.session.add(HuddleGap(team_id=team.id, neighbourhood_id=place.id, person_id=person_id, need="debt", words="x"))
    db.session.flush()


def _fill(person: Person) -> None:
    """Put a text of its own into every encrypted column of every row."""
    for table in holdings.tables():
        values: dict[str, object] = {}
        for column in table.columns:
            text = f"{SECRET} {table.name} {column.name}"
            if isinstance(column.type, EncryptedJson):
                values[column.name] = {"told": text}
            elif isinstance(column.type, EncryptedBytes):
                values[column.name] = text.encode()
            elif isinstance(column.type, EncryptedText) and column.name != "birth_date":
                values[column.name] = text
        if values:
            db.session.execute(table.update().where(holdings.of_person(table, person.id)).values(values))
    db.session.commit()
