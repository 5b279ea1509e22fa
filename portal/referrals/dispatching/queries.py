"""Questions about documents for practices. Whoever asks has opened the record or the introduction, or governs records."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import defer, joinedload

from portal.core import metrics
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people.models import Person
from portal.people.queries import may_see
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.dispatching.words import TO_SEE_TO
from portal.referrals.documents import TOLD_AT
from portal.referrals.models import Introduction
from portal.referrals.states import State

MOST = 100
SAID_NO = frozenset({"no-consent"})
"""Why a document does not go, where nobody has to see to it."""


@dataclass(frozen=True)
class Failed:
    """A document that somebody has to see to. It names nobody."""

    id: UUID
    reference: str
    state: str
    reason: str | None
    transport: str | None
    attempts: int


def of_person(person: Person) -> Sequence[DocumentDispatch]:
    """The documents about a person whose record is open, newest first."""
    return _some(DocumentDispatch.person_id == person.id)


def may_have_one(introduction: Introduction) -> bool:
    """Whether there may be a document about an introduction: that saves a question for most people."""
    is_theirs = introduction.kind == "link-work" or introduction.part_of_id is not None
    return is_theirs and State(introduction.state) in {*TOLD_AT, State.ENTERED_IN_ERROR}


def of_introduction(introduction: Introduction) -> DocumentDispatch | None:
    """The document about an introduction that is open, if there is one."""
    return next(iter(_some(DocumentDispatch.introduction_id == introduction.id)), None)


def of_person_by_id(person: Person, dispatch_id: UUID) -> DocumentDispatch:
    """One of the documents of a person whose record is open. Raises NotFound."""
    found = db.session.get(DocumentDispatch, dispatch_id)
    if found is None or found.person_id != person.id:
        raise NotFound(_("There is no such document."))
    return found


def any_by_id(dispatch_id: UUID) -> DocumentDispatch:
    """For those alone who govern records, and for commands. Raises NotFound."""
    found = db.session.get(DocumentDispatch, dispatch_id)
    if found is None:
        raise NotFound(_("There is no such document."))
    return found


def to_see_to() -> Sequence[DocumentDispatch]:
    """Those that did not go or did not arrive, and those that went where they should not have, oldest first."""
    return _some(_is_to_see_to(), newest_first=False)


def to_see_to_for(viewer: Viewer) -> Sequence[DocumentDispatch]:
    """Of people whose record the viewer may open."""
    is_theirs = DocumentDispatch.person_id.in_(select(Person.id).where(may_see(viewer)))
    return _some(_is_to_see_to(), is_theirs, newest_first=False)


def is_any_to_see_to_for(viewer: Viewer) -> bool:
    """Whether there is one. Asked from the documents, which are few."""
    is_theirs = exists().where(Person.id == DocumentDispatch.person_id, may_see(viewer))
    return bool(db.session.scalar(select(exists().where(_is_to_see_to(), is_theirs))))


def failed() -> list[Failed]:
    """The same for commands, which name nobody."""
    return [
        Failed(one.id, one.introduction.shown_reference, one.state, one.reason, one.transport, one.attempts)
        for one in to_see_to()
    ]


def count_to_see_to() -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(DocumentDispatch).where(_is_to_see_to())) or 0


def count_by_state() -> dict[str, int]:
    """How many documents stand where."""
    rows = db.session.execute(select(DocumentDispatch.state, func.count()).group_by(DocumentDispatch.state))
    return {state: count for state, count in rows}


def figures() -> dict[str, tuple[str, float]]:
    """For operators."""
    waiting = count_by_state().get("queued", 0)
    return {
        "portal_documents_waiting": ("Documents for practices that wait to be sent.", waiting),
        "portal_documents_to_see_to": ("Documents for practices that did not arrive.", count_to_see_to()),
    }


metrics.FIGURES.append(figures)


def _is_to_see_to() -> ColumnElement[bool]:
    is_stuck = DocumentDispatch.state.in_(("failed", "refused")) & DocumentDispatch.reason.not_in(SAID_NO)
    return or_(is_stuck, DocumentDispatch.reason.in_(TO_SEE_TO))


def _some(*which: ColumnElement[bool], newest_first: bool = True) -> Sequence[DocumentDispatch]:
    by = (DocumentDispatch.created_at, DocumentDispatch.id)
    wanted = select(DocumentDispatch).where(*which).order_by(*(one.desc() if newest_first else one for one in by))
    together = (
        defer(DocumentDispatch.content),
        joinedload(DocumentDispatch.introduction), joinedload(DocumentDispatch.practice),
        joinedload(DocumentDispatch.person),
    )  # fmt: skip
    return db.session.scalars(wanted.options(*together).limit(MOST)).all()
