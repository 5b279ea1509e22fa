"""Words of needs that nothing met, in the one queue of words that wait to be cleared (`portal.voice.clearing`)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.directory.needs import NEEDS
from portal.geography import current
from portal.geography.models import NeighbourhoodPart
from portal.geography.places import Place
from portal.geography.queries import locate, neighbourhoods_in
from portal.unmet.models import UnmetNeed
from portal.voice.clearing import MOST, Areas, Cleared, Decision, Item, Kind, register


def items(viewer: Viewer) -> list[Item]:
    """What waits in the viewer's areas, and what names no place, oldest first."""
    rows = db.session.scalars(_waiting(viewer).order_by(UnmetNeed.created_at, UnmetNeed.id).limit(MOST))
    return [
        Item(
            kind="unmet",
            id=row.id,
            words=row.words or "",
            about=_told(row.needs),
            place=row.district or "",
            since=clock.local(row.created_at).date(),
        )
        for row in rows
    ]


def cleared(areas: Areas) -> list[Cleared]:
    """What people could not find in some areas, as it was cleared, newest first."""
    wanted = select(UnmetNeed).where(UnmetNeed.cleared_words.is_not(None))
    wanted = wanted.where(_within(areas, wanted)).order_by(UnmetNeed.created_at.desc(), UnmetNeed.id)
    return [
        Cleared(row.cleared_words or "", _told(row.needs), row.district or "", clock.local(row.created_at).date())
        for row in db.session.scalars(wanted.limit(MOST))
    ]


def decide(need_id: UUID, decision: Decision, by: Viewer) -> bool:
    """Keep what a moderator decided. False where it was decided already, or is not in their areas."""
    row = db.session.scalar(_waiting(by).where(UnmetNeed.id == need_id).with_for_update())
    if row is None:
        return False
    row.cleared_words, row.cleared_at, row.cleared_by_id = decision.words, clock.now(), by.id
    audit.record("unmet.cleared" if decision.words else "unmet.aside", row, by=by)
    return True


def _waiting(viewer: Viewer) -> Select[UnmetNeed]:
    wanted = select(UnmetNeed).where(UnmetNeed.words.is_not(None), UnmetNeed.cleared_at.is_(None))
    held = viewer.areas_with(Permission.VOICE_ANSWER)
    mine = _within(held, wanted)
    return wanted.where(mine | UnmetNeed.district.is_(None)) if held else wanted.where(mine)


def _within(held: Areas, wanted: Select[UnmetNeed]) -> ColumnElement[bool]:
    """Of the needs that are wanted: those whose district lies in a council in which one of these areas lies."""
    if held is None or not held:
        return is_among(UnmetNeed.district, held)
    told = db.session.scalars(wanted.with_only_columns(UnmetNeed.district).distinct()).all()
    councils = _councils(held)
    return UnmetNeed.district.in_([one for one in told if one and _council_of(one) in councils])


def _councils(held: frozenset[str]) -> frozenset[str]:
    """Codes of the councils in which these areas lie: what is known of a need's place is the first half of a postcode alone."""
    here = [one.id for one in neighbourhoods_in(held)]
    codes = select(NeighbourhoodPart.code).where(NeighbourhoodPart.neighbourhood_id.in_(here))
    return held | frozenset(_councils_of(db.session.scalars(codes)))


def _councils_of(codes: Iterable[str]) -> Iterable[str]:
    atlas = current.atlas()
    for code in codes:
        if code in atlas.area_numbers:
            yield atlas.authorities[atlas.areas[atlas.area_numbers[code]].authority].code
        else:
            yield code


def _council_of(district: str) -> str | None:
    found = locate(district)
    return found.authority_code if isinstance(found, Place) else None


def _told(needs: Iterable[str]) -> str:
    return ", ".join(str(NEEDS[one].label) for one in needs if one in NEEDS) or _("Something that was not found")


register(Kind("unmet", _l("What people could not find"), items, decide, cleared=cleared))
