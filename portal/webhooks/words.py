"""Why a message did not arrive, in plain words. The database keeps the word on the left."""

from flask_babel import lazy_gettext as _l

from portal.core.connecting import UNKNOWN
from portal.core.destinations import INSIDE
from portal.core.fetching import BROKEN, LARGE, PACKED, SILENT, SLOW, UNTRUSTED, FetchProblem

PROBLEMS = {
    "silent": _l("The receiver cannot be reached."),
    "unknown": _l("The host of the address cannot be found."),
    "inside": _l("The address leads to a machine that is not on the public internet."),
    "untrusted": _l("The receiver has no valid certificate."),
    "broken": _l("The receiver broke off, or does not speak HTTP."),
    "slow": _l("The receiver took longer than 10 seconds."),
    "large": _l("The receiver answered with more than it should. An answer without words is enough."),
    "redirect": _l("The receiver sent us on to another address. We follow no redirects: change the address here."),
    "refused": _l("The receiver answered with an error."),
    "gone": _l("The receiver answered that it wants no more messages."),
    "address": _l("The address cannot be used."),
}
SENTENCES = {
    SILENT: "silent",
    UNKNOWN: "unknown",
    INSIDE: "inside",
    UNTRUSTED: "untrusted",
    BROKEN: "broken",
    PACKED: "broken",
}
BEGINNINGS = {SLOW.partition("{")[0]: "slow", LARGE.partition("{")[0]: "large"}
"""Of those that name a figure after it."""


def word_of(problem: FetchProblem) -> str:
    """The word for why nothing was delivered."""
    if problem.status is not None:
        return "redirect"
    told = str(problem).removeprefix("The address ").removesuffix(".")
    if told in SENTENCES:
        return SENTENCES[told]
    return next((word for begins, word in BEGINNINGS.items() if told.startswith(begins)), "address")
