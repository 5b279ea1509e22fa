"""Words that templates of this package ask for."""

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

VISITS: dict[str, LazyString] = {
    "booked": _l("booked"),
    "attended": _l("came"),
    "late": _l("came late"),
    "did-not-attend": _l("did not come"),
    "cancelled-by-person": _l("cancelled by the person"),
    "cancelled-by-provider": _l("cancelled by your group"),
}


def visit_words(status: str) -> str:
    """What became of a visit."""
    return str(VISITS[status])
