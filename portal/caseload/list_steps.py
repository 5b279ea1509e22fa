"""What comes next with a person: one table of rules over their introductions, and what the worker wrote themselves.

A new rule is a row of RULES; the first that is due goes before the others. Clocks: `portal.referrals.clocks`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.caseload.list_rows import Case, Intro
from portal.core import clock, wording, working_days
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.working_days import Nation
from portal.referrals.clocks import Clocks
from portal.referrals.reasons import words_of
from portal.referrals.states import State

Where = Literal["record", "introduction", "choose"]


@dataclass(frozen=True)
class Step:
    """What to do, on which day. `words` is the link; `about` the line below it. `needs_you`: nobody else can go on.

    `where` the link leads: to the record, to the introduction in it, or to choosing another group.
    """

    words: str
    about: str
    due: date
    where: Where = "record"
    introduction: Intro | None = None
    needs_you: bool = False


Due = Callable[[Intro, Clocks], date | None]
Says = Callable[[Intro, Clocks], str]


@dataclass(frozen=True)
class Rule:
    """When an introduction asks for something, and what. `due` gives the day, or None where it asks for nothing."""

    states: frozenset[State]
    due: Due
    words: Callable[[Intro], str]
    about: Says
    where: Where = "introduction"
    needs_you: bool = False
    kind: str = "service"


def waited(one: Intro, until: date | None = None) -> int:
    """Working days that a group has had."""
    if one.clock_since is None:
        return one.clock_spent
    return one.clock_spent + working_days.between(one.clock_since, until or clock.today(), nation(one))


def nation(one: Intro) -> Nation:
    """Whose bank holidays count."""
    return cast("Nation", one.nation)


def can_be_chased_on(one: Intro, rule: Clocks) -> date:
    """The first day on which its group may be reminded: after the time that groups have, and not again too soon."""
    first = rule.remind_first if one.state is State.SENT else rule.remind_again
    begun = one.clock_since or clock.local(one.sent_at or one.changed_at).date()
    day = working_days.later(begun, max(first - one.clock_spent, 0), nation(one))
    if one.chased_at is None:
        return day
    return max(day, working_days.later(clock.local(one.chased_at).date(), rule.chase_again, nation(one)))


def _after(moment_of: str, days: int = 0) -> Due:
    def due(one: Intro, _rule: Clocks) -> date | None:
        at = getattr(one, moment_of) or one.changed_at
        return working_days.later(clock.local(at).date(), days, nation(one))

    return due


def _not_acted(due: Due) -> Due:
    return lambda one, rule: None if one.is_acted_on else due(one, rule)


def _today_once(day: date | None) -> date | None:
    """A thing of the day that is never late: the portal cannot say since when somebody should have done it."""
    return None if day is None else max(day, clock.today())


def _chase(one: Intro, rule: Clocks) -> date | None:
    return _today_once(can_be_chased_on(one, rule))


def _today(_one: Intro, _rule: Clocks) -> date | None:
    return clock.today()


def _day_before_visit(one: Intro, _rule: Clocks) -> date | None:
    if one.visit_at is None or (day := clock.local(one.visit_at).date()) < clock.today():
        return None
    return _today_once(_working_day_before(day, nation(one)))


def _working_day_before(day: date, where: Nation) -> date:
    day -= timedelta(days=1)
    while not working_days.is_working_day(day, where):
        day -= timedelta(days=1)
    return day


def _review(one: Intro, _rule: Clocks) -> date | None:
    return one.review_on


def _weeks_after_start(one: Intro, rule: Clocks) -> date | None:
    return None if one.started_at is None else clock.local(one.started_at).date() + timedelta(weeks=rule.ending_weeks)


def _about_question(one: Intro, _rule: Clocks) -> str:
    return _("%(group)s, asked %(when)s", group=one.to_what, when=_day_of(one))


def _day_of(one: Intro) -> str:
    day = clock.local(one.changed_at).date()
    return wording.weekday(day) if (clock.today() - day).days < 7 else wording.short_date(day)


def _about_waiting(one: Intro, _rule: Clocks) -> str:
    days = waited(one)
    if one.state is State.SENT:
        return _("Sent %(days)s working days ago, not seen", days=days)
    return _("Seen, but no answer for %(days)s working days", days=days)


def _about_visit(one: Intro, _rule: Clocks) -> str:
    if one.visit_at is None:
        return one.to_what
    day, at = clock.local(one.visit_at).date(), wording.clock_time(one.visit_at)
    return _("%(group)s, %(day)s %(time)s", group=one.to_what, day=wording.weekday(day), time=at)


def _about_refusal(one: Intro, _rule: Clocks) -> str:
    if one.state is State.EXPIRED:
        return _("%(group)s did not answer in time", group=one.to_what)
    if one.state is State.NOT_STARTED:
        return _("It did not start at %(group)s: %(reason)s", group=one.to_what, reason=words_of(one.reason_code))
    return _("%(group)s declined: %(reason)s", group=one.to_what, reason=words_of(one.reason_code))


def _about_end(one: Intro, _rule: Clocks) -> str:
    ended = clock.local(one.ended_at or one.changed_at).date()
    if one.state is State.ENDED_EARLY:
        return _("%(group)s ended early, %(date)s", group=one.to_what, date=wording.short_date(ended))
    return _("%(group)s finished %(date)s", group=one.to_what, date=wording.short_date(ended))


def _about_group(one: Intro, _rule: Clocks) -> str:
    return one.to_what


def _about_start(one: Intro, rule: Clocks) -> str:
    return ngettext(
        "%(group)s began %(num)s week ago", "%(group)s began %(num)s weeks ago", rule.ending_weeks, group=one.to_what
    )


def _same(words: LazyString) -> Callable[[Intro], str]:
    return lambda _one: str(words)


RULES: tuple[Rule, ...] = (
    Rule(
        frozenset({State.INFO_REQUESTED}), _after("changed_at", 1), _same(_l("Answer a question")), _about_question,
        needs_you=True,
    ),
    Rule(
        frozenset({State.DECLINED, State.EXPIRED, State.NOT_STARTED}), _not_acted(_after("ended_at", 1)),
        _same(_l("Choose another group")), _about_refusal, "choose", needs_you=True,
    ),
    Rule(frozenset({State.BOOKED}), _day_before_visit, _same(_l("Call before first visit")), _about_visit, "record"),
    Rule(
        frozenset({State.SENT, State.IN_REVIEW}), _chase, lambda one: _("Chase %(group)s", group=one.to_what),
        _about_waiting,
    ),
    Rule(frozenset({State.AWAITING_CONSENT}), _today, _same(_l("Ask for agreement to share")), _about_group),
    Rule(frozenset({State.DRAFT}), _today, _same(_l("Finish and send")), _about_group),
    Rule(
        frozenset({State.COMPLETED, State.ENDED_EARLY}), _not_acted(_today), _same(_l("Record how it ended")), _about_end
    ),
    Rule(frozenset({State.WAITING_LIST}), _review, _same(_l("Look again at the waiting list")), _about_group),
    Rule(frozenset({State.PAUSED}), _review, _same(_l("Look again")), _about_group),
    Rule(frozenset({State.IN_PROGRESS}), _weeks_after_start, _same(_l("Ask how it goes")), _about_start, "record"),
)  # fmt: skip
"""In the order of what matters most. Ends that are seen to ask for nothing."""


def derived(case: Case, rule: Clocks) -> list[Step]:
    """What the introductions of a person ask for, what matters most first. Those of a day to come are among them."""
    found = []
    for row in RULES:
        for one in case.introductions:
            if one.kind != row.kind or one.state not in row.states:
                continue
            if (due := row.due(one, rule)) is not None:
                found.append(Step(row.words(one), row.about(one, rule), due, row.where, one, row.needs_you))
    return found


def first_talk(case: Case) -> Step | None:
    """The first conversation, where a team took somebody on and has not reached them since."""
    handed = [one for one in case.introductions if one.kind == "link-work" and one.answered_at is not None]
    if not handed or case.met_at is not None or case.to_groups:
        return None
    one = handed[-1]
    about = ""
    if one.asked_by and one.sent_at:
        day = wording.short_date(clock.local(one.sent_at).date())
        about = _("From %(practice)s, %(date)s", practice=one.asked_by, date=day)
    return Step(_("First conversation"), about, case.next_on or clock.today())
