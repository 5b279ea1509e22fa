"""Words of gaps in the one queue of words that wait: who looks after an area clears what may be shown beyond the team."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import joinedload

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.needs import NEEDS
from portal.geography.holding import is_within
from portal.geography.queries import neighbourhoods_in
from portal.huddles.gap_models import HuddleGap
from portal.teams.models import Team
from portal.voice.clearing import MOST, Decision, Item

GAP = "gap"


def waiting(viewer: Viewer) -> Sequence[Item]:
    """Words of gaps in the viewer's areas that nobody has decided about, oldest first."""
    areas = viewer.areas_with(Permission.VOICE_ANSWER)
    if areas is not None and not areas:
        return []
    here: ColumnElement[bool] = true()
    if areas is not None:
        places = [one.id for one in neighbourhoods_in(areas)]
        here = or_(HuddleGap.neighbourhood_id.in_(places), is_within(Team.area, areas))
    wanted = (
        select(HuddleGap)
        .outerjoin(Team, Team.id == HuddleGap.team_id)
        .where(HuddleGap.words.is_not(None), HuddleGap.decision.is_(None), here)
        .options(joinedload(HuddleGap.neighbourhood), joinedload(HuddleGap.team))
        .order_by(HuddleGap.at, HuddleGap.id)
        .limit(MOST)
    )
    return [_item(one) for one in db.session.scalars(wanted)]


def decide(gap_id: UUID, decision: Decision, viewer: Viewer) -> bool:
    """Clear words as the moderator left them, or keep them in. False where that was decided already."""
    wanted = select(HuddleGap).where(HuddleGap.id == gap_id).with_for_update()
    gap = db.session.scalar(wanted.execution_options(populate_existing=True))
    if gap is None or gap.decision is not None or gap.words is None:
        return False
    gap.decision = "cleared" if decision.words else "kept-in"
    gap.shown_words = decision.words or None
    gap.decided_at, gap.decided_by_id = clock.now(), viewer.id
    gap.version += 1
    audit.record(f"gap.{gap.decision}", gap, by=viewer)
    return True


def _item(gap: HuddleGap) -> Item:
    need = NEEDS.get(gap.need)
    label = str(need.label) if need else gap.need
    about = _("%(team)s found no service: %(need)s", team=gap.team.name, need=label) if gap.team else label
    return Item(
        kind=GAP, id=gap.id, words=gap.words or "", about=about,
        place=gap.neighbourhood.name if gap.neighbourhood else "", since=clock.local(gap.at).date(),
        may_show=True, area=gap.team.area if gap.team else None, neighbourhood_id=gap.neighbourhood_id,
    )  # fmt: skip
