"""Why an introduction ended, as codes of our own, with their words and what they are in other systems. A new reason is a row.

Source: the reason codes of the referral design; BaRS rejection reasons (RRNA, FC, OTH); Gravity's capacity notice.
"""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Reason:
    """One reason. `by_group`: a group may choose it when it declines; `ends`: for what was accepted or begun; `withdraws`: for
    a person or referrer who calls it off. `needs_words`: the code alone does not say it. `bars`: its code in BaRS.
    """

    label: LazyString
    by_group: bool = False
    ends: bool = False
    withdraws: bool = False
    needs_words: bool = False
    bars: str = "OTH"


REASONS: dict[str, Reason] = {
    "no-capacity": Reason(_l("Full"), by_group=True, ends=True, bars="RRNA"),
    "not-eligible": Reason(_l("Not right for the person"), by_group=True),
    "out-of-area": Reason(_l("Outside our area"), by_group=True),
    "no-contact": Reason(_l("Could not reach the person"), by_group=True, ends=True, bars="FC"),
    "no-longer-wants": Reason(_l("The person said no"), by_group=True, ends=True, withdraws=True),
    "not-funded": Reason(_l("Not funded to take this"), by_group=True, ends=True),
    "safety": Reason(_l("Safety"), by_group=True, ends=True, withdraws=True, needs_words=True),
    "too-much-risk": Reason(_l("More risk than we can hold"), by_group=True, ends=True),
    "more-suitable-elsewhere": Reason(_l("Another group fits better"), by_group=True, ends=True),
    "not-enough-information": Reason(_l("Not enough information"), by_group=True),
    "duplicate": Reason(_l("Sent twice"), by_group=True, withdraws=True),
    "already-known": Reason(_l("Already comes to us"), by_group=True),
    "service-closed": Reason(_l("The group has closed or stopped this"), ends=True),
    "needs-met-elsewhere": Reason(_l("Found help elsewhere"), ends=True, withdraws=True),
    "not-engaged": Reason(_l("Stopped coming"), ends=True),
    "moved-away": Reason(_l("Moved away"), ends=True, withdraws=True),
    "illness": Reason(_l("Illness"), ends=True, withdraws=True),
    "caring-or-work": Reason(_l("Caring or work"), ends=True, withdraws=True),
    "died": Reason(_l("Died"), ends=True, withdraws=True),
    "consent-ended": Reason(_l("The agreement ended")),
    "no-answer": Reason(_l("No answer in time")),
    "support-finished": Reason(_l("The support came to its end")),
    "entered-by-mistake": Reason(_l("Entered by mistake")),
    "other": Reason(_l("Something else"), by_group=True, ends=True, withdraws=True, needs_words=True),
}


def words_of(code: str | None) -> str:
    """A reason in words; nothing for none."""
    return str(REASONS[code].label) if code in REASONS else ""
