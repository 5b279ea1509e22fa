"""Which neighbourhoods a team covers from when, and of which official areas a neighbourhood is made from when.

Everything is by date, and no day that is over is changed: figures of quarters past stay what they were.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.periods import is_in_force, not_over
from portal.core.versions import hold_version
from portal.core.viewer import Viewer
from portal.geography import current
from portal.geography.actions import redraw as redraw_parts
from portal.geography.models import Neighbourhood, NeighbourhoodPart
from portal.geography.queries import area_names, neighbourhoods_in
from portal.teams.ending import never_later
from portal.teams.models import Team, TeamPatch

MSOA = "msoa"


class PatchClash(DomainError):
    """Another team covers the neighbourhood on a day of these."""

    status = 409


class PartTaken(DomainError):
    """An official area belongs to another neighbourhood on that day."""


@dataclass(frozen=True)
class Period:
    """What a neighbourhood was made of from one day until (not including) another."""

    since: date
    until: date | None
    names: Sequence[str]


def changing(team: Team, seen: int) -> None:
    """Hold a team still and count a change of it. Raises Overtaken where the page showed another version."""
    hold_version(team, seen)
    team.version += 1


def cover(team: Team, neighbourhood: Neighbourhood, since: date, *, takes_over: bool, seen: int, by: Viewer) -> None:
    """Let a team cover a neighbourhood from a day. Raises PatchClash where another does, unless it `takes_over`; Overtaken."""
    changing(team, seen)
    _hold(neighbourhood.id)
    others = _covering(neighbourhood.id, since)
    for one in others:
        if one.team_id == team.id:
            raise PatchClash(_("This team covers %(place)s already.", place=neighbourhood.name))
        if not takes_over or one.team.area != team.area:
            raise PatchClash(_clash_words(one, neighbourhood, is_near=one.team.area == team.area))
    for one in others:
        _end(one, since)
    db.session.add(TeamPatch(team_id=team.id, neighbourhood_id=neighbourhood.id, valid_from=since))
    taken = [str(one.team_id) for one in others]
    details = {"neighbourhood": neighbourhood.slug, "from": since.isoformat(), "taken_from": taken}
    audit.record("team.covers", team, by=by, details=details)


def uncover(team: Team, patch: TeamPatch, until: date, *, by: Viewer) -> None:
    """Let a team give a neighbourhood up from a day. Raises EndsAlready, NotFound where it has none of it any more.

    Whatever it gave up from an earlier day another team may have taken over since.
    """
    db.session.refresh(team, with_for_update=True)
    _hold(patch.neighbourhood_id)
    never_later(patch, until)
    _end(patch, until)
    team.version += 1
    details = {"neighbourhood": str(patch.neighbourhood_id), "until": until.isoformat()}
    audit.record("team.uncovers", team, by=by, details=details)


def redraw(
    team: Team, neighbourhood: Neighbourhood, codes: Collection[str], since: date, *, seen: int, by: Viewer
) -> bool:
    """Let a neighbourhood be made of these official areas from a day. False where it is already. Raises PartTaken, Overtaken."""
    if _is_made_of(neighbourhood, codes, since):
        return False
    changing(team, seen)
    for code, place in _taken(neighbourhood, codes, since).items():
        area = area_names([code])[code]
        raise PartTaken(_("%(area)s belongs to %(place)s then. Redraw that one first.", area=area, place=place))
    redraw_parts(neighbourhood, codes, from_date=since, vintage=current.atlas().vintage)
    details = {"neighbourhood": neighbourhood.slug, "from": since.isoformat(), "areas": sorted(codes)}
    audit.record("neighbourhood.redrawn", ("neighbourhood", neighbourhood.id), by=by, details=details)
    return True


def places_to_cover(team: Team) -> list[Neighbourhood]:
    """Neighbourhoods of the team's area, by name."""
    return neighbourhoods_in(frozenset({team.area}))


def areas_near(neighbourhood: Neighbourhood) -> dict[str, str]:
    """The official areas of the councils in which a neighbourhood lies: codes with what people call them, by name."""
    atlas = current.atlas()
    mine = {part.code for part in neighbourhood.parts if part.kind == MSOA}
    councils = {atlas.areas[atlas.area_numbers[code]].authority for code in mine if code in atlas.area_numbers}
    near = {area.code for area in atlas.areas if area.authority in councils} | mine
    names = area_names(near)
    return dict(sorted(names.items(), key=lambda one: (one[1].casefold(), one[0])))


def codes_on(neighbourhood: Neighbourhood, day: date) -> frozenset[str]:
    """The official areas of which a neighbourhood is made on a day."""
    return frozenset(one.code for one in neighbourhood.parts if one.kind == MSOA and is_in_force(day, one))


def periods_of(neighbourhood: Neighbourhood) -> list[Period]:
    """What a neighbourhood was made of since when, the newest first."""
    parts = [one for one in neighbourhood.parts if one.kind == MSOA]
    starts = sorted({one.valid_from for one in parts} | {one.valid_to for one in parts if one.valid_to is not None})
    names = area_names(one.code for one in parts)
    held = [(day, sorted(names[one.code] for one in parts if is_in_force(day, one))) for day in starts]
    ends = [*starts[1:], None]
    return [Period(day, until, told) for (day, told), until in zip(held, ends, strict=True) if told][::-1]


def _is_made_of(neighbourhood: Neighbourhood, codes: Collection[str], since: date) -> bool:
    """Whether a neighbourhood is made of these official areas, and of no others, from a day on for good."""
    held = [one for one in neighbourhood.parts if one.kind == MSOA and (one.valid_to is None or one.valid_to > since)]
    for_good = all(one.valid_from <= since and one.valid_to is None for one in held)
    return for_good and {one.code for one in held} == set(codes)


def _covering(neighbourhood_id: UUID, since: date) -> list[TeamPatch]:
    """What covers a neighbourhood on a day, or on one after it."""
    wanted = select(TeamPatch).join(Team).where(TeamPatch.neighbourhood_id == neighbourhood_id)
    return list(db.session.scalars(wanted.where(not_over(since, TeamPatch)).order_by(TeamPatch.valid_from)))


def _hold(neighbourhood_id: UUID) -> None:
    """Let nobody else change who covers a neighbourhood until this transaction ends."""
    db.session.execute(select(Neighbourhood.id).where(Neighbourhood.id == neighbourhood_id).with_for_update())


def _end(patch: TeamPatch, until: date) -> None:
    """End it on a day; one that would not have begun by then never was."""
    if patch.valid_from >= until and patch.valid_from >= clock.today():
        db.session.delete(patch)
    else:
        patch.valid_to = until
    db.session.flush()


def _clash_words(one: TeamPatch, neighbourhood: Neighbourhood, *, is_near: bool) -> str:
    if not is_near:
        return _("Another area’s team covers %(place)s then. Ask its coordinator.", place=neighbourhood.name)
    return _(
        "%(team)s covers %(place)s then. Choose a later day, or tick that this team takes it over.",
        team=one.team.name, place=neighbourhood.name,
    )  # fmt: skip


def _taken(neighbourhood: Neighbourhood, codes: Collection[str], since: date) -> dict[str, str]:
    """Official areas that another neighbourhood of the same set is made of on that day, with its name."""
    wanted = (
        select(NeighbourhoodPart.code, Neighbourhood.name)
        .join(Neighbourhood, Neighbourhood.id == NeighbourhoodPart.neighbourhood_id)
        .where(
            Neighbourhood.set_id == neighbourhood.set_id, Neighbourhood.id != neighbourhood.id,
            NeighbourhoodPart.kind == MSOA, NeighbourhoodPart.code.in_(list(codes)),
            not_over(since, NeighbourhoodPart),
        )
        .order_by(NeighbourhoodPart.code)
    )  # fmt: skip
    return {code: name for code, name in db.session.execute(wanted)}
