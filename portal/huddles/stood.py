"""What cases and actions said when a huddle was finished, where it was changed at a later one: minutes go on saying it.

Kept at the change, so that nothing is written twice that stays as it is; encrypted, and gone with the person, as its row is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.huddles.models import Huddle, HuddleAction, HuddleCase


@dataclass(frozen=True)
class Agreement:
    """What was to be done, whose it was and by when."""

    what: str
    owner_id: UUID | None
    owner_kind: str | None
    due_on: date


def keep_case(case: HuddleCase) -> None:
    """Keep why somebody is on the board before it is changed, where a huddle was finished meanwhile."""
    case.stood = _kept(case, case.team_id, {"why": case.why})


def keep_action(action: HuddleAction, team_id: UUID) -> None:
    """The same of an action of a team's case: what it is, whose and by when."""
    owner_id = str(action.owner_id) if action.owner_id is not None else None
    due_on = action.due_on.isoformat()
    told = {"what": action.what, "owner_id": owner_id, "owner_kind": action.owner_kind, "due_on": due_on}
    action.stood = _kept(action, team_id, told)


def why_at(case: HuddleCase, finished_at: datetime | None) -> str:
    """Why somebody was on the board when a huddle was finished; why they are where it is not."""
    then = _then(case, finished_at)
    return case.why if then is None else str(then["why"])


def agreed_at(action: HuddleAction, finished_at: datetime | None) -> Agreement:
    """An action as it stood when a huddle was finished; as it stands where it is not."""
    then = _then(action, finished_at)
    if then is None:
        return Agreement(action.what, action.owner_id, action.owner_kind, action.due_on)
    owner_id = UUID(then["owner_id"]) if then["owner_id"] else None
    return Agreement(then["what"], owner_id, then["owner_kind"], date.fromisoformat(then["due_on"]))


def _kept(row: HuddleCase | HuddleAction, team_id: UUID, told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """What is kept of a row, with what it told until now, if a huddle of the team was finished while it told it."""
    known = row.stood or []
    since = _until(known[-1]) if known else row.created_at
    finished_at = db.session.scalar(select(func.max(Huddle.finished_at)).where(Huddle.team_id == team_id))
    if finished_at is None or finished_at < since:
        return row.stood
    return [*known, {**told, "until": clock.now().isoformat()}]


def _then(row: HuddleCase | HuddleAction, finished_at: datetime | None) -> Mapping[str, Any] | None:
    """What was kept of a row and told at a moment; None where it still tells that."""
    if finished_at is None:
        return None
    return next((one for one in row.stood or () if _until(one) > finished_at), None)


def _until(kept: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(kept["until"])
