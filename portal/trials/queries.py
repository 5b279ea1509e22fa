"""Questions about trials. Each takes who asks, and knows of nothing outside their areas."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.geography.models import Neighbourhood
from portal.trials.areas import slugs_of
from portal.trials.models import Trial

MOST_SHOWN = 500


def trials_for(viewer: Viewer) -> Sequence[Trial]:
    """The trials of the viewer's areas, those that end last first."""
    wanted = _whole(viewer).order_by(Trial.ends_on.desc(), Trial.starts_on.desc(), Trial.id)
    return db.session.scalars(wanted.limit(MOST_SHOWN)).all()


def trial_for(viewer: Viewer, trial_id: UUID) -> Trial:
    """A trial of the viewer's areas. Raises NotFound."""
    found = db.session.scalar(_whole(viewer).where(Trial.id == trial_id))
    if found is None:
        raise NotFound(_("There is no such trial."))
    return found


def in_the_way(slot: str, neighbourhood_id: UUID, first: date, last: date, *, but: UUID | None) -> Trial | None:
    """Another trial of the same slot and neighbourhood on one of these days."""
    wanted = select(Trial).where(
        Trial.slot == slot,
        Trial.neighbourhood_id == neighbourhood_id,
        Trial.starts_on <= last,
        Trial.ends_on >= first,
        Trial.stopped_at.is_(None),
    )
    return db.session.scalar((wanted.where(Trial.id != but) if but else wanted).order_by(Trial.starts_on).limit(1))


def state_of(trial: Trial) -> str:
    """ "to come", "running", "stopped" or "over"."""
    today = clock.today()
    if trial.stopped_at is not None:
        return "stopped"
    if trial.starts_on > today:
        return "to come"
    return "over" if trial.ends_on < today else "running"


def _whole(viewer: Viewer) -> Select[Trial]:
    wanted = select(Trial).where(is_among(Trial.area, slugs_of(viewer)))
    return wanted.options(joinedload(Trial.neighbourhood).joinedload(Neighbourhood.set))
