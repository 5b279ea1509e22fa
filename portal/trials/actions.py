"""What coordinators do with trials: begin, change before the first day, stop, and write down what was learned."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.errors import DomainError, Refused
from portal.core.extensions import db
from portal.core.versions import hold_version
from portal.core.wording import full_date
from portal.geography.models import Neighbourhood
from portal.trials import queries
from portal.trials.models import Trial

LOCK = 7_310_180
"""Of one slot and neighbourhood there is one trial at a time: two who begin one at once come one after the other."""


@dataclass(frozen=True)
class Told:
    """What was typed of a trial. `texts` and `answers`: by language."""

    slot: str
    neighbourhood_id: UUID
    starts_on: date
    ends_on: date
    texts: dict[str, str]
    answers: dict[str, list[str]]
    hope: str
    measure: str


def begin(told: Told, *, by: User, form_key: str) -> Trial:
    """Set up a trial. The same form sent twice sets up one. Raises Refused where another one is in its way."""
    one_at_a_time(db.session(), LOCK)
    known = db.session.scalar(select(Trial).where(Trial.form_key == form_key))
    if known is not None:
        return known
    _check(told, but=None)
    area = db.session.get_one(Neighbourhood, told.neighbourhood_id).set.slug
    made = Trial(**asdict(told), area=area, form_key=form_key, made_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    audit.record("trial.begun", made, by=by, details={"slot": told.slot})
    return made


def change(trial: Trial, told: Told, version: int, *, by: User) -> None:
    """Change a trial that is still to come: words that change half way teach nothing. Raises Refused and Overtaken."""
    one_at_a_time(db.session(), LOCK)
    hold_version(trial, version)
    check_to_come(trial)
    _check(told, but=trial.id)
    for name, value in asdict(told).items():
        setattr(trial, name, value)
    trial.area = db.session.get_one(Neighbourhood, told.neighbourhood_id).set.slug
    trial.version += 1
    audit.record("trial.changed", trial, by=by)


def stop(trial: Trial, *, by: User) -> None:
    """End a trial now. One that is still to come is taken away. Stopping twice does nothing more."""
    state = queries.state_of(trial)
    if state == "to come":
        audit.record("trial.removed", trial, by=by)
        db.session.delete(trial)
    elif state == "running":
        trial.stopped_at = clock.now()
        trial.version += 1
        audit.record("trial.stopped", trial, by=by)


def learned(trial: Trial, words: str | None, version: int, *, by: User) -> None:
    """Write down what was learned. Raises Overtaken."""
    hold_version(trial, version)
    trial.learned = words
    trial.version += 1
    audit.record("trial.learned", trial, by=by)


def check_to_come(trial: Trial) -> None:
    """Raise DomainError where a trial has begun."""
    if queries.state_of(trial) != "to come":
        raise DomainError(_("This trial has begun, so its words stay. Stop it and begin another."), status=409)


def _check(told: Told, *, but: UUID | None) -> None:
    other = queries.in_the_way(told.slot, told.neighbourhood_id, told.starts_on, told.ends_on, but=but)
    if other is not None:
        raise Refused(
            "starts_on",
            _(
                "Another trial of the same place in pages runs in this neighbourhood from %(first)s to %(last)s",
                first=full_date(other.starts_on), last=full_date(other.ends_on),
            ),
        )  # fmt: skip
