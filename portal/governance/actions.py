"""What information governance does with a record, and breaking the glass."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.governance import queries
from portal.governance.models import BrokenGlass
from portal.governance.notifications import RecordOpened
from portal.notifications.outbox import notify
from portal.people.models import Person, RecordNote
from portal.referrals.recipients import of_user

OPEN_FOR = timedelta(minutes=60)


def hold(person: Person, reason: str, *, by: Viewer) -> None:
    """Nothing of this record is erased until the hold is lifted."""
    person.hold_reason, person.held_at = reason, person.held_at or clock.now()
    person.delete_after = None
    audit.record("person.held", person, by=by)


def lift(person: Person, *, by: Viewer) -> None:
    """The record may fall due again."""
    if person.held_at is not None:
        person.hold_reason = person.held_at = None
        audit.record("person.hold_lifted", person, by=by)


def add_note(person: Person, words: str, *, by: Viewer, form_key: str) -> None:
    """Put beside the record what the person says is wrong in it. The same form sent twice adds one."""
    if _added(RecordNote(person_id=person.id, words=words, by_user_id=by.id, form_key=form_key, at=clock.now())):
        audit.record("person.correction_noted", person, by=by)


def break_glass(person: Person, reason: str, *, by: Viewer, form_key: str) -> None:
    """Let somebody outside the team read a record for an hour, and tell information governance and the team's lead."""
    now = clock.now()
    row = BrokenGlass(
        person_id=person.id, user_id=by.id, reason=reason, form_key=form_key, at=now, until=now + OPEN_FOR
    )
    if not _added(row):
        return
    audit.record("person.glass_broken", person, by=by, details={"glass": str(row.id)})
    governors = {one.id for one in queries.governors()}
    for one in queries.to_alert(person):
        told = RecordOpened(person.shown_reference, is_governance=one.id in governors)
        notify(told, to=of_user(one), key=f"glass:{row.id}")


def mark_seen(row: BrokenGlass, *, by: Viewer) -> None:
    """Information governance has looked at why a record was opened from outside."""
    if row.seen_at is None:
        row.seen_at, row.seen_by_id = clock.now(), by.id
        audit.record("person.glass_seen", ("person", row.person_id), by=by, details={"glass": str(row.id)})


def is_of_team(viewer: Viewer, person: Person) -> bool:
    """Whether the record is one of the viewer's own team, so that there is no glass to break."""
    team = person.organization_id
    return team is not None and viewer.can(Permission.CASELOAD, organisation_id=team) and person.shut_at is None


def _added(row: RecordNote | BrokenGlass) -> bool:
    model = type(row)
    if db.session.scalar(select(model.id).where(model.form_key == row.form_key)) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True
