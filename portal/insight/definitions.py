"""The figures, each as one row: what is counted, how, cut along what, and how small numbers are told.

What computes a figure (`summing.py`), what publishes it (`publishing.py`) and what says how it is counted (`explaining.py`) read
the same row. A new figure is a row here: docs/recipes/add-a-figure.md.
"""

from dataclasses import dataclass
from typing import Literal

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.insight.cuts import FAIRNESS, UNMET, By

Counts = Literal["people", "acts", "median", "gauge"]


@dataclass(frozen=True)
class Measure:
    """One figure.

    `counts`: "people" counts everybody once a quarter; "acts" every time; "median" gives the middle of days; "gauge" how many
    there were on the last day of the quarter, told as it is, since it is of no person. `fact`: of which facts. `reasons`: of
    these alone, if named. `cuts`: the tables that are published. `after`: steps that everybody counted here has taken before;
    what is published must not tell by this either. `is_from_eight`: a row is shown from 8 in all of its categories on, and then
    each of them by the rule. `what`, `when` and `where` are for "How we count this"; `where` of what counts elsewhere than at
    somebody's address.
    """

    id: str
    label: LazyString
    fact: str
    counts: Counts
    cuts: tuple[By, ...]
    what: LazyString
    when: LazyString | None = None
    where: LazyString | None = None
    reasons: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    is_from_eight: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether it counts listings or sessions, of which small numbers may be told."""
        return self.counts == "gauge"


EVERYBODY: tuple[By, ...] = ("neighbourhood", *FAIRNESS)

_ALL = (
    Measure("listings", _l("Listings live"), "listings", "gauge", ("neighbourhood",),
            _l("Listings that anybody can find and that take place in the neighbourhood.")),
    Measure("checked", _l("Checked in 90 days"), "checked", "gauge", ("neighbourhood",),
            _l("Live listings that a group, or somebody who asked it, said were right in the 90 days before.")),
    Measure("cafes", _l("Cafe and drop-in sessions a week"), "cafes", "gauge", ("neighbourhood",),
            _l("Sessions in one week to which anybody may come without an appointment, in the neighbourhood.")),
    Measure("searches", _l("Searches"), "searched", "acts", ("neighbourhood",),
            _l("Searches by visitors who gave a place in the neighbourhood. Those of staff who are signed in are not counted.")),
    Measure("signposts", _l("Signposts"), "signposted", "acts", ("neighbourhood",),
            _l("Leaflets and links that practices and teams gave out, once for each listing on them from the neighbourhood.")),
    Measure("sent", _l("Referrals sent"), "sent", "people", EVERYBODY,
            _l("People for whom a referral to a group was sent, by a practice, a link worker or themselves."),
            _l("It counts on the day it was sent.")),
    Measure("accepted", _l("Accepted"), "accepted", "people", EVERYBODY,
            _l("People whom a group accepted."),
            _l("It counts on the day the group said yes, whenever the referral was sent."), after=("sent",)),
    Measure("visited", _l("First visit"), "visited", "people", EVERYBODY,
            _l("People who came for the first time, or whom the group met for the first time."),
            _l("It counts on the day the group noted it."), after=("sent", "accepted")),
    Measure("finished", _l("Finished"), "finished", "people", EVERYBODY,
            _l("People whose support came to its end as planned."),
            _l("It counts on the day the group noted it."), after=("sent", "accepted", "visited")),
    Measure("answer-days", _l("Days until half were answered"), "answered", "median", ("neighbourhood", "group"),
            _l("Days from the sending of a referral to the first answer: accepted, on the waiting list or declined.")),
    Measure("visit-days", _l("Days until half had a first visit"), "visited", "median", ("neighbourhood",),
            _l("Days from the day a referral was sent to the day of the first visit.")),
    Measure("answered", _l("Referrals answered"), "answered", "people", ("group",),
            _l("People whose referral a group answered: accepted, put on its waiting list or declined."),
            _l("It counts on the day of the first answer."), after=("sent",)),
    Measure("declined", _l("Declined, by reason"), "declined", "people", ("reason",),
            _l("People whom a group declined, by the reason it gave."),
            _l("It counts on the day the group declined. Somebody declined for two reasons counts under both."), after=("sent",)),
    Measure("unmet-declined", _l("Declined: full, unfunded or too far"), "declined", "people", ("need",),
            _l("People whom a group declined because it was full, not funded to take them, or not for their area."),
            _l("It counts on the day the group declined."), reasons=UNMET, after=("sent",)),
    Measure("unmet-forms", _l("“Could not find” forms"), "told", "acts", ("need",),
            _l("Forms in which somebody told us what they could not find.")),
    Measure("unmet-searches", _l("Searches with no result"), "unfound", "acts", ("need",),
            _l("Searches by visitors who gave a place in the neighbourhood and found nothing. None about danger is kept.")),
    Measure("unmet-gaps", _l("Huddle gaps"), "gap", "people", ("need",),
            _l("Gaps that a neighbourhood team told of, or a worker on the record of somebody, because no service fits."),
            _l("It counts on the day on which it was told. A gap that is about nobody in particular counts as one."),
            _l("It counts in the neighbourhood that was chosen; told on a record, where the person lived on that day.")),
    Measure("helped", _l("Did it help?"), "helped", "acts", ("listing",),
            _l("What people said whom we asked, some days after a first visit, whether it helped. Nobody knows who answered."),
            _l("It counts for the listing in the quarter of the answer. Listings that are no longer live are left out."),
            is_from_eight=True),
)  # fmt: skip
MEASURES: dict[str, Measure] = {one.id: one for one in _ALL}
UNMET_SOURCES = ("unmet-declined", "unmet-forms", "unmet-searches", "unmet-gaps")
OVERVIEW = (
    "listings", "checked", "searches", "signposts", "sent", "accepted", "visited", "finished", "answer-days", "visit-days",
    "cafes",
)  # fmt: skip
STEPS = ("sent", "accepted", "visited", "finished")
