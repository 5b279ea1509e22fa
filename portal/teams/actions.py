"""Making a team and changing its name and usual day."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import audit
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.teams.models import Team
from portal.teams.places import changing


def make(name: str, area: str, weekday: int, minutes: int, *, form_key: str, by: Viewer) -> Team:
    """A new team of an area. The same form sent twice makes one."""
    made = Team(name=name, area=area, huddle_weekday=weekday, huddle_minutes=minutes, form_key=form_key)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return db.session.scalars(select(Team).where(Team.form_key == form_key)).one()
    audit.record("team.made", made, by=by, details={"area": area})
    return made


def change(team: Team, told: Mapping[str, Any], *, seen: int, by: Viewer) -> None:
    """Change its name or its usual day. Raises Overtaken."""
    changing(team, seen)
    for name, value in told.items():
        setattr(team, name, value)
    audit.record("team.changed", team, by=by, details={"facts": sorted(told)})
