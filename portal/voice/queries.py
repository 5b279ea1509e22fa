"""Questions about what was said, what was done about it, and how often something helped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal.core import clock, wording
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.quarters import quarter_named
from portal.core.viewer import Viewer
from portal.directory.naming import names_of
from portal.geography.models import Neighbourhood
from portal.partners import queries as partners
from portal.partners.board_models import Board, BoardDecision
from portal.voice.clearing import MOST, Areas, Cleared, Item
from portal.voice.kinds import ABOUT_SHORT
from portal.voice.models import HelpedWords, VoiceSaid, VoiceTheme
from portal.voice.paths import label_of
from portal.voice.places import Target, in_own_areas, within
from portal.voice.ratings import ratings

MOST_THEMES = 100


@dataclass(frozen=True)
class Shown:
    """A theme as visitors see it. `decided`: the board that decided it and on which day, where the decision holds."""

    id: UUID
    said: str
    quote: str | None
    done: str
    done_on: date | None
    decided: tuple[str, date] | None


def you_said(neighbourhood: Neighbourhood, most: int = MOST_THEMES) -> list[Shown]:
    """What was done in a neighbourhood about what people said, newest first: at most two statements."""
    wanted = select(VoiceTheme).where(
        VoiceTheme.state == "published",
        or_(
            VoiceTheme.neighbourhood_id == neighbourhood.id,
            VoiceTheme.neighbourhood_id.is_(None) & (VoiceTheme.area == neighbourhood.set.slug),
        ),
    )
    themes = db.session.scalars(wanted.order_by(VoiceTheme.done_on.desc(), VoiceTheme.id).limit(most)).all()
    decided = _decided(one.board_decision_id for one in themes)
    return [
        Shown(one.id, one.said, one.quote, one.done or "", one.done_on, decided.get(one.board_decision_id))
        for one in themes
    ]


def _decided(ids: Iterable[UUID | None]) -> Mapping[UUID | None, tuple[str, date]]:
    """The board and the day of decisions that hold."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    asked = select(BoardDecision.id, Board.name, BoardDecision.decided_on).join(Board)
    asked = asked.where(BoardDecision.id.in_(wanted), BoardDecision.withdrawn_at.is_(None))
    return {decision_id: (name, day) for decision_id, name, day in db.session.execute(asked)}


def decisions_to_choose(targets: Iterable[Target], standing: UUID | None = None) -> dict[str, str]:
    """What boards of these places decided, by id, with a line to know each by: boards of sets that are theirs whole, and of
    neighbourhoods that are among them. `standing`: the decision that a theme names already stays.
    """
    places = list(targets)
    whole = {one.area for one in places if one.neighbourhood_id is None}
    here = {one.neighbourhood_id for one in places if one.neighbourhood_id is not None}
    return {
        str(one.id): _decision_line(one)
        for area in sorted({one.area for one in places})
        for one in partners.decisions_for(area)
        if one.id == standing or area in whole or one.board.neighbourhood_id in here
    }


def _decision_line(one: BoardDecision) -> str:
    day = wording.full_date(one.decided_on)
    return _("%(day)s, %(board)s: %(title)s", day=day, board=one.board.name, title=one.title)


def themes_of(viewer: Viewer) -> Sequence[tuple[VoiceTheme, int]]:
    """Themes of the viewer's areas, last made first, each with how many words were put to it."""
    counts = select(VoiceSaid.theme_id, func.count().label("said")).group_by(VoiceSaid.theme_id).subquery()
    wanted = select(VoiceTheme, func.coalesce(counts.c.said, 0)).outerjoin(counts, counts.c.theme_id == VoiceTheme.id)
    wanted = wanted.where(in_own_areas(viewer, VoiceTheme.area, VoiceTheme.neighbourhood_id))
    order = (VoiceTheme.created_at.desc(), VoiceTheme.id)
    wanted = wanted.options(joinedload(VoiceTheme.neighbourhood)).order_by(*order).limit(MOST_THEMES)
    return [(theme, count) for theme, count in db.session.execute(wanted)]


def themes_to_choose(viewer: Viewer, area: str | None) -> dict[str, str]:
    """Themes that words of an area can be put to, by id; of no area: all of the viewer's. Withdrawn ones are left out."""
    return {
        str(theme.id): theme.said
        for theme, _count in themes_of(viewer)
        if theme.state != "withdrawn" and area in {None, theme.area}
    }


def theme_for(viewer: Viewer, theme_id: UUID, *, lock: bool = False) -> VoiceTheme:
    """One theme of the viewer's areas. Raises NotFound."""
    mine = in_own_areas(viewer, VoiceTheme.area, VoiceTheme.neighbourhood_id)
    wanted = select(VoiceTheme).where(VoiceTheme.id == theme_id, mine)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    if (found := db.session.scalar(wanted)) is None:
        raise NotFound(_("There is no such theme."))
    return found


def said_of(viewer: Viewer, theme_id: UUID) -> Sequence[VoiceSaid]:
    """What was put to a theme, of which words are still kept, oldest first."""
    wanted = select(VoiceSaid).where(
        VoiceSaid.theme_id == theme_id,
        VoiceSaid.cleared_words.is_not(None),
        in_own_areas(viewer, VoiceSaid.area, VoiceSaid.neighbourhood_id),
    )
    return db.session.scalars(wanted.order_by(VoiceSaid.created_at, VoiceSaid.id).limit(MOST)).all()


def quotable(viewer: Viewer, theme_id: UUID | None) -> dict[UUID, str]:
    """Words of a theme that were cleared, and that their writers let us quote."""
    if theme_id is None:
        return {}
    return {one.id: one.cleared_words or "" for one in said_of(viewer, theme_id) if one.may_show}


def waiting_said(viewer: Viewer) -> Select[VoiceSaid]:
    """What visitors said in the viewer's areas and nobody has read."""
    mine = in_own_areas(viewer, VoiceSaid.area, VoiceSaid.neighbourhood_id)
    return select(VoiceSaid).where(VoiceSaid.state == "waiting", VoiceSaid.words.is_not(None), mine)


def said_items(viewer: Viewer) -> list[Item]:
    """The same for the queue, oldest first."""
    wanted = waiting_said(viewer).options(joinedload(VoiceSaid.neighbourhood))
    rows = db.session.scalars(wanted.order_by(VoiceSaid.created_at, VoiceSaid.id).limit(MOST))
    return [
        Item(
            kind="said",
            id=row.id,
            words=row.words or "",
            about=str(ABOUT_SHORT[row.about]),
            place=row.neighbourhood.name if row.neighbourhood else row.district or "",
            since=clock.local(row.created_at).date(),
            path=row.path,
            page=label_of(row.path),
            has_contact=row.contact is not None,
            may_show=row.may_show,
            area=row.area,
            neighbourhood_id=row.neighbourhood_id,
        )
        for row in rows
    ]


def waiting_helped(viewer: Viewer) -> Select[HelpedWords]:
    """What was written with answers to "did it help?" in the viewer's areas, and nobody has read."""
    mine = in_own_areas(viewer, HelpedWords.area)
    return select(HelpedWords).where(HelpedWords.state == "waiting", HelpedWords.words.is_not(None), mine)


def helped_items(viewer: Viewer) -> list[Item]:
    """The same for the queue. They have no day, and are listed in the order of their random ids."""
    rows = db.session.scalars(waiting_helped(viewer).order_by(HelpedWords.id).limit(MOST)).all()
    names = names_of({row.service_id for row in rows})
    return [
        Item(
            kind="helped",
            id=row.id,
            words=row.words or "",
            about=_("After a first visit: %(service)s", service=names[row.service_id]),
            area=row.area,
        )
        for row in rows
    ]


def cleared_said(areas: Areas) -> list[Cleared]:
    """What visitors said in some areas, as it was cleared, newest first."""
    mine = within(areas, VoiceSaid.area, VoiceSaid.neighbourhood_id)
    wanted = select(VoiceSaid).where(VoiceSaid.cleared_words.is_not(None), mine)
    wanted = wanted.options(joinedload(VoiceSaid.neighbourhood)).order_by(VoiceSaid.created_at.desc(), VoiceSaid.id)
    return [
        Cleared(
            words=row.cleared_words or "",
            about=str(ABOUT_SHORT[row.about]),
            place=row.neighbourhood.name if row.neighbourhood else row.district or "",
            since=clock.local(row.created_at).date(),
        )
        for row in db.session.scalars(wanted.limit(MOST))
    ]


def cleared_helped(areas: Areas) -> list[Cleared]:
    """What was written after first visits in some areas, of services whose answers of that quarter are told: see `ratings`."""
    wanted = select(HelpedWords).where(HelpedWords.cleared_words.is_not(None), within(areas, HelpedWords.area))
    rows = db.session.scalars(wanted.order_by(HelpedWords.id).limit(MOST)).all()
    quarters = {key: found for key in {row.quarter for row in rows} if (found := quarter_named(key))}
    told = {key: {one.service_id: one.name for one in ratings(quarter.first)} for key, quarter in quarters.items()}
    return [
        Cleared(row.cleared_words or "", told[row.quarter][row.service_id], quarters[row.quarter].label)
        for row in rows
        if row.service_id in told.get(row.quarter, ())
    ]
