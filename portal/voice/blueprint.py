"""The blueprint of what people say. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint, Response, request, url_for

from portal.core import wording
from portal.core.i18n import lazy_gettext as _l
from portal.voice import clearing, helped, queries, ratings
from portal.voice.actions import clear
from portal.voice.paths import path_here

bp = Blueprint("voice", __name__)
LINKED = "/helped/"
FOLDED_IN = frozenset({"directory.show"})
"""Pages that lead here by themselves, beside "Is something wrong?" of their own."""

bp.add_app_template_global(wording.full_date)
bp.add_app_template_global(wording.short_date)
bp.add_app_template_global(queries.you_said, "you_said")
bp.add_app_template_global(ratings.helped_at, "helped_at")
bp.add_app_template_global(ratings.helped_among, "helped_among")
SAID = clearing.Kind(
    "said",
    _l("What visitors say"),
    queries.said_items,
    clear,
    has_themes=True,
    cleared=queries.cleared_said,
)
HELPED = clearing.Kind(
    "helped", _l("After a first visit"), queries.helped_items, helped.clear, cleared=queries.cleared_helped
)
clearing.register(SAID)
clearing.register(HELPED)


@bp.app_template_global("say_address")
def say_address() -> str:
    """Where to say what would help, or what is wrong with the page in hand. Its path goes along where it is one on the list."""
    return url_for("voice.say", page=path_here())


@bp.app_template_global("leads_to_say")
def leads_to_say() -> bool:
    """Whether the foot of the page in hand leads there."""
    return request.endpoint not in FOLDED_IN and request.blueprint != "voice"


@bp.after_request
def keep_private(response: Response) -> Response:
    """A page whose address is a secret is kept nowhere, found nowhere, and told to no other site."""
    if request.path.startswith(LINKED):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
