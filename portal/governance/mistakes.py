"""What somebody says was entered by mistake, for information governance: a second person confirms it, or says it was none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.referrals import ending, events
from portal.referrals.actors import acting
from portal.referrals.models import Introduction
from portal.referrals.moving import NotTheirs
from portal.referrals.states import State

MOST = 200


@dataclass(frozen=True)
class Asked:
    """When somebody said so, and why."""

    at: datetime | None
    words: str | None


def waiting(viewer: Viewer) -> Sequence[Introduction]:
    """Those that wait for a second person, longest first."""
    if not viewer.can(Permission.RECORDS_GOVERN):
        return ()
    wanted = (
        select(Introduction)
        .where(Introduction.error_asked_by_id.is_not(None), Introduction.state != State.ENTERED_IN_ERROR.value)
        .options(
            joinedload(Introduction.service), joinedload(Introduction.organization), joinedload(Introduction.person)
        )
        .order_by(Introduction.changed_at, Introduction.id)
    )
    return db.session.scalars(wanted.limit(MOST)).unique().all()


def one_of(viewer: Viewer, reference: str) -> Introduction:
    """The one with this reference. Raises NotFound."""
    known = read_reference(reference)
    found = next((one for one in waiting(viewer) if one.reference == known), None)
    if found is None:
        raise NotFound(_("Nothing with this reference waits for a second person. It may have been decided."))
    return found


def asked(introduction: Introduction) -> Asked:
    """What was said with it."""
    said = [one for one in events.of_introduction(introduction.id) if one.verb == "asked_error"]
    return Asked(said[-1].at, said[-1].words) if said else Asked(None, None)


def decide(introduction: Introduction, words: str, *, is_mistake: bool, by: Viewer) -> None:
    """Confirm it, or say that it was none. Raises NotTheirs, Refused, WrongState."""
    who = acting(by, introduction, "mark_error")
    if who is None:
        raise NotTheirs(_("This is for somebody else to do."))
    if is_mistake:
        ending.mark_error(introduction, by=who, words=words)
    else:
        ending.no_error(introduction, by=who, words=words)
