"""Raising a worry about somebody's safety, and what a safeguarding lead does with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound, Overtaken
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.jobs import job
from portal.core.references import new_reference
from portal.core.viewer import Viewer
from portal.notifications.outbox import notify
from portal.referrals.models import SafetyConcern
from portal.referrals.recipients import of_user
from portal.safeguarding import queries, readings
from portal.safeguarding.notifications import SafetyRaised, SafetyUnread
from portal.safeguarding.subjects import Subject


class NobodyReads(DomainError):
    """No organisation that it would go to has a safeguarding lead: the words would be read by nobody."""


@dataclass(frozen=True)
class Worry:
    """What was told: codes of the list of safeguarding concerns, and words."""

    words: str
    form_key: str
    codes: list[str] = field(default_factory=list)


def raise_concern(worry: Worry, about: Subject, *, by: Viewer) -> SafetyConcern:
    """Put a worry before the safeguarding leads, and write to them. The same form sent twice raises one. Raises NobodyReads."""
    known = db.session.scalar(select(SafetyConcern).where(SafetyConcern.form_key == worry.form_key))
    if known is not None:
        return known
    if about.held_by is None or not about.leads:
        raise NobodyReads(_("Nobody would read this here. Phone instead."))
    concern = SafetyConcern(
        reference=new_reference(), organization_id=about.held_by.id, nation=about.nation, codes=worry.codes,
        person_id=about.person.id if about.person else None, words=worry.words, form_key=worry.form_key,
        introduction_id=about.introduction.id if about.introduction else None,
        raised_for_id=about.raised_for.id if about.raised_for else None, by_user_id=by.id, at=clock.now(),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(concern)
    except IntegrityError:
        return db.session.scalars(select(SafetyConcern).where(SafetyConcern.form_key == worry.form_key)).one()
    audit.record("safety.raised", concern, by=by, details=_whom(concern))
    _tell_leads(concern, readings.organisations_of(concern), "new", f"safety:{concern.id}:new")
    return concern


def mark_read(concern: SafetyConcern, *, by: Viewer) -> None:
    """A safeguarding lead says for their organisation that they have read it and see to it. A second time changes nothing."""
    _hold(concern)
    read = readings.read_in([concern])
    if not readings.is_unread_for(concern, by, read):
        return
    now_read = readings.mine(concern, by)
    audit.record(readings.MARKED, concern, by=by, details={"organisations": [str(one) for one in now_read]})
    if not readings.waited_for(concern, {*read.get(concern.id, ()), *now_read}):
        concern.read_at, concern.read_by_id = clock.now(), by.id


def note_outcome(concern: SafetyConcern, words: str, *, closes: bool, by: Viewer, version: int | None = None) -> None:
    """Keep what was done about it, and close it if it is done. `version` is what the page showed.

    Raises Overtaken where it is closed, or was written since; then nothing has changed.
    """
    _hold(concern)
    if concern.closed_at is not None:
        raise Overtaken(_("This was closed already, so nothing was changed."), version=readings.version_of(concern))
    if version is not None and version != readings.version_of(concern):
        told = _("Someone else changed this while you were writing. Look at what it says now, then answer again.")
        raise Overtaken(told, version=readings.version_of(concern))
    mark_read(concern, by=by)
    concern.outcome = words
    audit.record("safety.outcome", concern, by=by)
    if closes:
        concern.closed_at = clock.now()
        audit.record("safety.closed", concern, by=by)


def open_again(concern: SafetyConcern, *, by: Viewer) -> None:
    """It was not over."""
    _hold(concern)
    if concern.closed_at is not None:
        concern.closed_at = None
        audit.record("safety.opened_again", concern, by=by)


@job("safeguarding.watch")
def watch() -> None:
    """Write to leads who have not read a worry by the end of its working day, and to administrators: once a day until they have.

    An organisation that has read it is left alone while another has not.
    """
    late = queries.overdue()
    read = readings.read_in(late)
    for concern in late:
        if left := readings.waited_for(concern, read.get(concern.id, ())):
            key = f"safety:{concern.id}:unread:{clock.today().isoformat()}"
            _tell_leads(concern, left, "unread", key)
            for one in queries.administrators():
                notify(SafetyUnread(concern.shown_reference), to=of_user(one), key=f"{key}:administrator")


def _hold(concern: SafetyConcern) -> None:
    """Hold it until the transaction ends, and read it anew. Raises NotFound where it was erased meanwhile."""
    wanted = select(SafetyConcern).where(SafetyConcern.id == concern.id).with_for_update()
    db.session.flush()
    if db.session.scalar(wanted.execution_options(populate_existing=True)) is None:
        raise NotFound(_("There is no such worry."))


def _tell_leads(concern: SafetyConcern, organisations: Sequence[UUID], what: str, key: str) -> None:
    for lead in queries.leads_of(organisations):
        notify(SafetyRaised(concern.shown_reference, concern.reference, what), to=of_user(lead), key=key)


def _whom(concern: SafetyConcern) -> dict[str, str | None]:
    person, introduction = concern.person_id, concern.introduction_id
    return {
        "person": str(person) if person else None,
        "introduction": str(introduction) if introduction else None,
        "organisation": str(concern.organization_id),
        "raised_for": str(concern.raised_for_id) if concern.raised_for_id else None,
    }
