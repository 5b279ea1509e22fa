"""Gaps: keeping what a team says is missing, what the team sees of it, and what others may count and read.

Words that somebody typed stay in the team until a moderator has cleared them; those about one person stay with who told them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.orm import joinedload

from portal.core import audit, clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.jobs import job
from portal.core.periods import holds_on
from portal.core.viewer import Viewer
from portal.directory.needs import NEEDS
from portal.directory.scrubbing import masked
from portal.geography.models import Neighbourhood, NeighbourhoodPart
from portal.geography.places import Place
from portal.huddles import gap_clearing
from portal.huddles.gap_models import HuddleGap
from portal.huddles.once import made_once
from portal.teams.models import Team, TeamPatch
from portal.teams.queries import is_theirs
from portal.voice.clearing import MOST, Areas, Cleared, Kind, register
from portal.voice.places import within

SHOWN_DAYS = 30
MOST_SHOWN = 4
WORDS_KEPT = timedelta(days=90)
"""Words, and what was cleared of them, go after this, as with every other kind of words. What was missing stays counted."""


@dataclass(frozen=True)
class Where:
    """The team that a gap is told in, and the neighbourhood that it is about; none where neither is known."""

    team_id: UUID | None = None
    neighbourhood_id: UUID | None = None
    slug: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Told:
    """What was typed. `need` is an id of our needs."""

    need: str
    words: str | None
    form_key: str


@dataclass(frozen=True)
class GapTold:
    """One gap as it is counted: when, where, which need, and for whom if for somebody. Nothing that was typed."""

    id: UUID
    at: datetime
    neighbourhood_id: UUID | None
    need: str
    person_id: UUID | None


def report(told: Told, where: Where, *, person_id: UUID | None, by: Viewer) -> HuddleGap:
    """Keep a gap. The same form sent twice keeps one."""
    about = {
        "team_id": where.team_id, "neighbourhood_id": where.neighbourhood_id, "person_id": person_id, "need": told.need,
        "words": told.words, "by_user_id": by.id,
    }  # fmt: skip
    gap, is_new = made_once(HuddleGap, told.form_key, about, at=clock.now())
    if is_new:
        # What somebody needs goes with their record; an entry of the chain never does.
        details = {"person": str(person_id) if person_id else None}
        audit.record("gap.told", gap, by=by, details=details)
    return gap


def team_at(viewer: Viewer, slug: str) -> Where:
    """The viewer's team that covers a neighbourhood today. Raises NotFound."""
    wanted = (
        select(Team.id, Neighbourhood.id, Neighbourhood.name)
        .join(TeamPatch, TeamPatch.team_id == Team.id)
        .join(Neighbourhood, Neighbourhood.id == TeamPatch.neighbourhood_id)
        .where(
            Neighbourhood.slug == slug, Team.ended_at.is_(None), is_theirs(viewer), holds_on(clock.today(), TeamPatch)
        )
        .limit(1)
    )
    row = db.session.execute(wanted).first()
    if row is None:
        raise NotFound(_("There is no team of yours here."))
    return Where(row[0], row[1], slug, row[2])


def where_of(place: Place | None) -> Where:
    """The neighbourhood that somebody lives in, and the team that covers it today: as far as either is known."""
    if place is None:
        return Where()
    today = clock.today()
    covers = (TeamPatch.neighbourhood_id == Neighbourhood.id) & holds_on(today, TeamPatch)
    wanted = (
        select(TeamPatch.team_id, Neighbourhood.id, Neighbourhood.slug, Neighbourhood.name)
        .select_from(NeighbourhoodPart)
        .join(Neighbourhood, Neighbourhood.id == NeighbourhoodPart.neighbourhood_id)
        .outerjoin(TeamPatch, covers)
        .where(
            NeighbourhoodPart.code.in_(place.area_codes),
            holds_on(today, NeighbourhoodPart),
        )
        .order_by(TeamPatch.team_id.is_(None), NeighbourhoodPart.kind.desc(), Neighbourhood.id)
        .limit(1)
    )
    row = db.session.execute(wanted).first()
    return Where(*row) if row is not None else Where()


def shown_to_team(team_id: UUID) -> list[str]:
    """What a team told of lately, newest first, each once: what was typed, masked, or the need where it was about one person."""
    return shown_beside(team_id, true())[0]


def shown_beside(team_id: UUID, holds: ColumnElement[bool]) -> tuple[list[str], bool]:
    """The same, and whether something else `holds` that is asked with it: one statement, since a board has few to spare."""
    asked = select(holds.label("holds")).subquery()
    lately = and_(HuddleGap.team_id == team_id, HuddleGap.at >= clock.now() - timedelta(days=SHOWN_DAYS))
    wanted = select(asked.c.holds, HuddleGap).select_from(asked).outerjoin(HuddleGap, lately)
    rows = db.session.execute(wanted.order_by(HuddleGap.at.desc(), HuddleGap.id).limit(MOST_SHOWN * 5)).all()
    words = dict.fromkeys(_words_for_team(gap) for _holds, gap in rows if gap is not None)
    return list(words)[:MOST_SHOWN], bool(rows[0].holds)


def told_between(start: datetime, before: datetime) -> Sequence[GapTold]:
    """Every gap of a time, oldest first: for counting what is not met. Nothing that was typed is read."""
    columns = (HuddleGap.id, HuddleGap.at, HuddleGap.neighbourhood_id, HuddleGap.need, HuddleGap.person_id)
    wanted = select(*columns).where(HuddleGap.at >= start, HuddleGap.at < before)
    return [GapTold(*row) for row in db.session.execute(wanted.order_by(HuddleGap.at, HuddleGap.id))]


def cleared_words(neighbourhoods: Collection[UUID], start: datetime, before: datetime) -> list[tuple[UUID, str, str]]:
    """What a moderator cleared of these neighbourhoods' gaps: neighbourhood, need and words, newest first."""
    wanted = select(HuddleGap.neighbourhood_id, HuddleGap.need, HuddleGap.shown_words).where(
        HuddleGap.neighbourhood_id.in_(neighbourhoods), HuddleGap.decision == "cleared",
        HuddleGap.shown_words.is_not(None), HuddleGap.at >= start, HuddleGap.at < before,
    )  # fmt: skip
    rows: Any = db.session.execute(wanted.order_by(HuddleGap.at.desc(), HuddleGap.id))
    return [(where, need, words) for where, need, words in rows]


def cleared(areas: Areas) -> list[Cleared]:
    """What teams told of in some areas, as it was cleared, newest first: for `/voice/cleared`."""
    wanted = select(HuddleGap).outerjoin(Team, Team.id == HuddleGap.team_id).where(
        HuddleGap.decision == "cleared", HuddleGap.shown_words.is_not(None),
        HuddleGap.at >= clock.now() - WORDS_KEPT,
        within(areas, Team.area, HuddleGap.neighbourhood_id),
    )  # fmt: skip
    wanted = wanted.options(joinedload(HuddleGap.neighbourhood)).order_by(HuddleGap.at.desc(), HuddleGap.id)
    return [
        Cleared(
            words=gap.shown_words or "",
            about=_label(gap),
            place=gap.neighbourhood.name if gap.neighbourhood else "",
            since=clock.local(gap.at).date(),
        )
        for gap in db.session.scalars(wanted.limit(MOST))
    ]


@job("huddles.tidy")
def tidy() -> None:
    """Forget words of gaps, and what was cleared of them, after three months."""
    old = HuddleGap.at < clock.now() - WORDS_KEPT
    has_words = or_(HuddleGap.words.is_not(None), HuddleGap.shown_words.is_not(None))
    db.session.execute(update(HuddleGap).where(old, has_words).values(words=None, shown_words=None))


def _words_for_team(gap: HuddleGap) -> str:
    """What was cleared; else what was typed, without what may lead to a person. The need alone where it was typed about one
    person, or a moderator kept it in.
    """
    if gap.person_id is not None or gap.decision is not None:
        return gap.shown_words or _label(gap)
    return masked(gap.words) if gap.words else _label(gap)


def _label(gap: HuddleGap) -> str:
    need = NEEDS.get(gap.need)
    return str(need.label) if need else gap.need


register(Kind(
    gap_clearing.GAP, _l("Gaps that teams tell of"), gap_clearing.waiting, gap_clearing.decide, cleared=cleared
))  # fmt: skip
