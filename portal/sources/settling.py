"""Listings that their source has ended or does not hold any more: a person asks the group, closes the listing, or keeps it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.assurance import asking_now
from portal.assurance.models import CheckItem, CheckRound
from portal.changes import actions as changes
from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.viewer import Viewer
from portal.sources.models import SourceTask

Answer = Literal["ask", "close", "keep"]
ANSWERS: Mapping[str, LazyString] = MappingProxyType(
    {
        "ask": _l("Ask the group whether it goes on"),
        "close": _l("Close the listing: its page says so and shows others like it"),
        "keep": _l("Keep the listing as it is"),
    }
)
REASONS: Mapping[str, LazyString] = MappingProxyType(
    {
        "source": _l("The source says so, and is right as a rule"),
        "group": _l("The group told us"),
        "website": _l("Its own website says so"),
        "ourselves": _l("We know it ourselves"),
        "unknown": _l("We do not know yet"),
    }
)


def task_of(task_id: UUID) -> SourceTask:
    """A task. Raises NotFound."""
    found = db.session.get(SourceTask, task_id)
    if found is None:
        raise NotFound(_("There is no such task."))
    return found


def settle(task: SourceTask, answer: Answer, reason: str, *, by: Viewer, key: str | None = None) -> str:
    """Do what was chosen, and give a sentence that says what was done. Raises DomainError where it was settled already.

    A listing that is asked about stays a task until the group has answered or somebody decides. Closing goes the way of any
    other change, and so may wait for a moderator.
    """
    db.session.refresh(task, with_for_update={"of": SourceTask})
    if task.state != "open":
        raise DomainError(_("This was settled already. Reload the page to see how."))
    if answer == "ask":
        told = _ASKED[asking_now.ask(task.service_id, clock.today())]
        _note(task, answer, reason, by)
        return str(told)
    sentence = _("Kept as it is. We ask again only if the source holds it again and then loses it.")
    if answer == "close":
        if task.service.status == "active":
            change = changes.set_status(task.service, "inactive", by=by, key=key, reason="source")
            sentence = (
                _("Closed. Its page says so.") if change.state == "live" else _("Sent to a moderator to close it.")
            )
        else:
            sentence = _("It was closed already.")
    task.state = "closed" if answer == "close" else "kept"
    task.decided_at, task.decided_by_id = clock.now(), by.id
    _note(task, answer, reason, by)
    return sentence


def asked_on(tasks: list[SourceTask]) -> dict[UUID, str]:
    """For listings whose group is being asked now: the day on which that began (ISO), by the listing's id. One statement."""
    ids = [task.service_id for task in tasks]
    if not ids:
        return {}
    question = (
        select(CheckItem.service_id, CheckRound.begun_on)
        .join(CheckItem.round)
        .where(CheckItem.service_id.in_(ids), CheckItem.state == "asked", CheckRound.closed_on.is_(None))
    )
    return {service_id: day.isoformat() for service_id, day in db.session.execute(question)}


def _note(task: SourceTask, answer: Answer, reason: str, by: Viewer) -> None:
    details = {"service": str(task.service_id), "answer": answer, "kind": task.kind}
    audit.record("source.task_settled", ("source_task", task.id), by=by, why=reason, details=details)


_ASKED: Mapping[str, LazyString] = MappingProxyType(
    {
        "written": _l("The group was written to. This stays here until it has answered, or you decide."),
        "to_phone": _l("Nobody can be written to, so it stands on the moderators' telephone list."),
        "asked_already": _l("The group is being asked already."),
    }
)
