"""What pages say for the codes that are shipped, in the reader's language. Terms of SNOMED CT stand in data/lists.yaml."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

ENDING_REASON: Mapping[str, LazyString] = {
    "no-capacity": _l("Full"),
    "not-funded": _l("Not funded to take this"),
    "not-eligible": _l("Not right for the person"),
    "out-of-area": _l("Outside the area"),
    "too-much-risk": _l("More risk than the group can take on"),
    "more-suitable-elsewhere": _l("Another service suits better"),
    "not-enough-information": _l("Not enough information"),
    "duplicate": _l("Asked for already"),
    "already-known": _l("Already coming to the group"),
    "service-closed": _l("The service has closed"),
    "needs-met-elsewhere": _l("Found support elsewhere"),
    "no-longer-wants": _l("The person said no"),
    "not-engaged": _l("The person stopped coming"),
    "no-contact": _l("Could not reach the person"),
    "moved-away": _l("Moved away"),
    "illness": _l("Illness"),
    "caring-or-work": _l("Caring or work"),
    "died": _l("The person has died"),
    "safety": _l("Safety"),
    "other": _l("Something else"),
}
SAFEGUARDING_CONCERN: Mapping[str, LazyString] = {
    "766561000000109": _l("Concern about the safety of an adult"),
    "417430008": _l("Vulnerable adult"),
    "248054003": _l("Self-neglect"),
    "707087005": _l("At risk of domestic violence"),
    "761571000000106": _l("At risk of financial abuse"),
    "864491000000105": _l("Has a child with a child protection plan"),
    "861931000000100": _l("No safeguarding issues found"),
}
HOUSING: Mapping[str, LazyString] = {
    "32911000": _l("Homeless"),
    "224226001": _l("No fixed abode"),
    "105526001": _l("Homeless family"),
    "160700001": _l("Homeless, on their own"),
    "381751000000106": _l("Staying on sofas of friends or family"),
    "864131000000100": _l("Living in a refuge"),
}
REFERRAL_SOURCE: Mapping[str, LazyString] = {
    "309013001": _l("Referred by somebody"),
    "306098008": _l("Referred themselves"),
}
WORDS: Mapping[str, Mapping[str, LazyString]] = {
    "ending-reason": ENDING_REASON,
    "safeguarding-concern": SAFEGUARDING_CONCERN,
    "housing": HOUSING,
    "referral-source": REFERRAL_SOURCE,
}


def words(list_name: str, code: str, term: str) -> str:
    """What pages say for a code: words of ours where there are some, else its term."""
    return str(WORDS.get(list_name, {}).get(code, term))
