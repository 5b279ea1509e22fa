"""Which huddle can be worked on, and what is said of one that cannot: the day of the one that is, and a way back."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock, wording
from portal.core.errors import DomainError, NotAllowed
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.viewer import viewer
from portal.huddles.actions import Finished
from portal.huddles.blueprint import bp
from portal.huddles.meeting import Meeting, NoHuddle, meeting_at
from portal.huddles.sharing import takes_part


class NotNow(DomainError):
    """Nothing can be noted at the huddle of this day, or it cannot be finished."""

    status = 409


class OtherDay(NotNow):
    """The team is at the huddle of another day, or holds that one next."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(other_day_words(meeting))


class ForMembers(NotAllowed):
    """The viewer coordinates the area, and looks at the team's cases for no organisation."""


def meeting_on(slug: str, day: str) -> Meeting:
    """The huddle that an address names, for who works on it. One that was finished is given too. Raises NotFound, OtherDay."""
    at = meeting_at(viewer(), slug, day)
    if not at.is_on and not at.is_finished:
        raise OtherDay(at)
    return at


def own_meeting_on(slug: str, day: str) -> Meeting:
    """The same, for who takes part in it: the pages that a board offers nobody else. Raises NotFound, OtherDay, ForMembers."""
    at = meeting_on(slug, day)
    if not takes_part(viewer(), at):
        raise ForMembers(
            _(
                "You coordinate this team and are in it for no organisation. "
                "Its members put cases on the board, and finish the huddle."
            )
        )
    return at


def other_day_page(at: Meeting) -> ResponseReturnValue:
    """Of a day on which the team holds no huddle now: when the one is that can be worked on, with a link to it."""
    return page("huddles/other-day.html", meeting=at, why=other_day_words(at), current=at.current)


@bp.errorhandler(NoHuddle)
def no_huddle(problem: NoHuddle) -> ResponseReturnValue:
    """Of a day gone by without one: its sentence names the next huddle, so the link to it stands there too."""
    at = problem.meeting
    return page("huddles/other-day.html", status=problem.status, meeting=at, why=problem.sentence, current=at.current)


def other_day_words(at: Meeting) -> str:
    """Which huddle is to be worked on instead."""
    if at.current < clock.today():
        return _("The huddle of %(day)s is not finished yet. Finish that one first.", day=wording.day(at.current))
    return _("The next huddle is on %(day)s. Nothing can be noted for another day.", day=wording.day(at.current))


@bp.errorhandler(NotNow)
@bp.errorhandler(Finished)
@bp.errorhandler(ForMembers)
def refused(problem: DomainError) -> ResponseReturnValue:
    """What cannot be done at a huddle, for who works at it, with the way back to it."""
    told = request.view_args or {}
    back = url_for(".board", slug=told["slug"], day=told["day"]) if "day" in told else url_for(".home")
    title = _("This is for members of the team") if isinstance(problem, ForMembers) else _("This cannot be done now")
    return page("huddles/refused.html", status=problem.status, title=title, sentence=problem.sentence, back=back)
