"""What people said, cleared, for those who plan for an area."""

from flask.typing import ResponseReturnValue

from portal.core import audit
from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.partners.queries import areas_led_by
from portal.voice import clearing
from portal.voice.blueprint import bp


@bp.get("/voice/cleared")
@requires(Permission.FIGURES_READ)
def cleared() -> ResponseReturnValue:
    """Words of one's own areas as moderators left them: a commissioner's, or those that a lead provider leads."""
    who = viewer()
    held = who.areas_with(Permission.FIGURES_READ)
    areas = None if held is None else held | areas_led_by(who, Permission.FIGURES_READ)
    found = clearing.cleared(areas)
    audit.record_now("voice.cleared_read", None, by=who, details={"count": sum(len(said) for _kind, said in found)})
    return page("voice/cleared.html", section="insight", found=found)
