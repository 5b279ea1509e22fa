"""The caseload as a page: views with their counts, filters, order, groups, and what happened since the worker last looked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.caseload.list_needs import Need, needs_of
from portal.caseload.list_rows import Case, Intro, faces, open_cases
from portal.caseload.list_steps import Step, derived, first_talk
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.geography.queries import area_names
from portal.people.models import Person
from portal.referrals.clocks import Clocks, clocks
from portal.referrals.states import ACTED_ON, SAID_YES, State

QUIET_AFTER = timedelta(days=10)
LONGEST_INITIALS = 6


@dataclass(frozen=True)
class Row:
    """One person as the list shows them. `at` is the time of day that was agreed for today."""

    case: Case
    step: Step | None
    at: time | None = None
    person: Person | None = None
    needs: Sequence[Need] = ()

    @property
    def due(self) -> date | None:
        """The day of the next step, if one is set."""
        return self.step.due if self.step else None

    @property
    def is_due(self) -> bool:
        """Whether it is for today, or was for a day before."""
        return self.due is not None and self.due <= clock.today()

    @property
    def days_late(self) -> int:
        """Days since the step should have been done."""
        return (clock.today() - self.due).days if self.due is not None else 0


@dataclass(frozen=True)
class View:
    """One tab: who belongs to it. `empty` says so where nobody does."""

    label: LazyString
    holds: Callable[[Row], bool]


def _waits(row: Row) -> bool:
    return any(one.state in {State.SENT, State.IN_REVIEW} for one in row.case.to_groups)


VIEWS: dict[str, View] = {
    "due": View(_l("Due today"), lambda row: row.is_due),
    "waiting": View(_l("Waiting for a reply"), _waits),
    "quiet": View(_l("Not heard for 10 days"), lambda row: clock.now() - row.case.heard_at >= QUIET_AFTER),
    "open": View(_l("All open"), lambda _row: True),
}
"""The tabs with counts. "closed" is a list of its own."""
ORDERS: dict[str, LazyString] = {
    "urgent": _l("Most urgent first"),
    "longest": _l("Open longest first"),
    "initials": _l("Initials, A to Z"),
}
GROUPS: dict[str, LazyString] = {
    "overdue": _l("Overdue: %(count)s"),
    "timed": _l("At a set time: %(count)s"),
    "today": _l("Any time today: %(count)s"),
    "later": _l("Later: %(count)s"),
    "none": _l("No date set: %(count)s"),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    view: str = "due"
    words: str = ""
    neighbourhood: str = ""
    order: str = "urgent"
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class News:
    """One kind of thing that happened since the worker last looked. `items`: the introduction and whom it is for."""

    kind: str
    items: Sequence[tuple[Intro, Case, Person]]


@dataclass
class ListPage:
    """All that the page shows. `groups`: the heading (none where another order was asked for) and its rows."""

    asked: Asked
    counts: Mapping[str, int]
    groups: list[tuple[str, list[Row]]]
    neighbourhoods: list[tuple[str, str]]
    next_due: date | None
    waiting: int
    news: list[News] = field(default_factory=list)
    since: datetime | None = None

    @property
    def rows(self) -> list[Row]:
        """All that are shown."""
        return [row for _heading, rows in self.groups for row in rows]

    @property
    def ticked(self) -> int:
        """How many of them are ticked."""
        return sum(row.case.reference in self.asked.ticked for row in self.rows)


def list_page(viewer: Viewer, asked: Asked, since: datetime | None) -> ListPage:
    """The viewer's caseload as the address asks for it."""
    rule = clocks()
    rows = [row_of(case, rule) for case in open_cases(viewer)]
    counts = {name: sum(view.holds(row) for row in rows) for name, view in VIEWS.items()}
    codes = {row.case.neighbourhood for row in rows if row.case.neighbourhood}
    held = [row for row in rows if VIEWS[asked.view].holds(row)]
    if asked.neighbourhood:
        held = [row for row in held if row.case.neighbourhood == asked.neighbourhood]
    told = _news(rows, since) if since else {}
    wanted = {row.case.id for row in held} | {case.id for items in told.values() for _one, case in items}
    people = faces(viewer, wanted) if wanted else {}
    shown = [_with_face(row, people[row.case.id]) for row in held if row.case.id in people]
    if asked.words:
        shown = [row for row in shown if _is_meant(row, asked.words)]
    return ListPage(
        asked=asked,
        counts=counts,
        groups=_grouped(shown, asked),
        neighbourhoods=sorted(area_names(codes).items(), key=lambda one: one[1]),
        next_due=min((row.due for row in rows if row.due and not row.is_due), default=None),
        waiting=counts["waiting"],
        news=[
            News(kind, [(one, case, people[case.id]) for one, case in items if case.id in people])
            for kind, items in told.items()
        ],
        since=since,
    )


def row_of(case: Case, rule: Clocks | None = None) -> Row:
    """What comes next with one person, and when.

    What nobody but the worker can go on with goes before their own plan; their own plan before all else. A date in the future
    without words is "not before": it holds back what the introductions ask for.
    """
    steps, today = derived(case, rule or clocks()), clock.today()
    must = [replace(step, due=min(step.due, today)) for step in steps if step.needs_you]
    is_put_off = case.next_on is not None and case.next_on > today and not case.has_words
    now = [] if is_put_off else [step for step in steps if step.due <= today and not step.needs_you]
    own = _own(case, now)
    at = case.next_time if case.next_on == today else None
    if must:
        return Row(case, min(must, key=lambda step: step.due), at)
    if own is not None and own.due <= today:
        return Row(case, own, at)
    if now:
        return Row(case, now[0])
    later = [step for step in (own, *steps) if step is not None and step.due > today]
    return Row(case, min(later, key=lambda step: step.due, default=None))


def _own(case: Case, now: Sequence[Step]) -> Step | None:
    """The worker's own plan: in their words, else what the introductions ask for on that day."""
    talk = first_talk(case)
    if case.next_on is None:
        return talk
    if case.has_words:
        about = now[0] if now else talk
        return Step("", (about.about or about.words) if about else "", case.next_on)
    if now:
        return replace(now[0], due=min(case.next_on, now[0].due))
    if talk is not None:
        return talk
    return None if _is_done(case, case.next_on) else Step(_("Get in touch"), "", case.next_on)


def _is_done(case: Case, day: date) -> bool:
    """Whether somebody was reached, or asked for, on a day that was set without words, or since."""
    moments = [case.met_at, *(one.sent_at for one in case.to_groups)]
    return any(at is not None and clock.local(at).date() >= day for at in moments)


def _with_face(row: Row, person: Person) -> Row:
    step = row.step
    if step is not None and not step.words:
        step = replace(step, words=person.next_step or _("Get in touch"))
    return replace(row, step=step, person=person, needs=needs_of(person))


def _is_meant(row: Row, words: str) -> bool:
    """Initials with or without points, or a reference, whole or its first half."""
    squeezed = "".join(sign for sign in words.casefold() if sign.isalnum())
    initials = row.person.initials.replace(".", "").casefold() if row.person else ""
    if len(squeezed) <= LONGEST_INITIALS and initials.startswith(squeezed):
        return True
    known = read_reference(words)
    return row.case.reference == known if known else row.case.reference.casefold().startswith(squeezed)


def _grouped(rows: Iterable[Row], asked: Asked) -> list[tuple[str, list[Row]]]:
    if asked.order == "longest":
        return [("", sorted(rows, key=lambda row: (row.case.opened_at, row.case.reference)))]
    if asked.order == "initials":
        return [("", sorted(rows, key=lambda row: (row.person.initials if row.person else "", row.case.reference)))]
    found: dict[str, list[Row]] = {name: [] for name in GROUPS}
    for row in rows:
        found[_group_of(row)].append(row)
    return [
        (str(GROUPS[name]) % {"count": len(held)}, sorted(held, key=_urgency)) for name, held in found.items() if held
    ]


def _group_of(row: Row) -> str:
    if row.due is None:
        return "none"
    if row.days_late > 0:
        return "overdue"
    if row.days_late < 0:
        return "later"
    return "timed" if row.at else "today"


def _urgency(row: Row) -> tuple[date, time, bool, str]:
    needs_you = row.step is not None and row.step.needs_you
    return (row.due or date.max, row.at or time.max, not needs_you, row.case.reference)


def _news(rows: Iterable[Row], since: datetime) -> dict[str, list[tuple[Intro, Case]]]:
    """What groups did since a moment, as far as it still stands."""
    found: dict[str, list[tuple[Intro, Case]]] = {name: [] for name in HAPPENED}
    for row in rows:
        for one in row.case.to_groups:
            for name, holds in HAPPENED.items():
                if holds(one, since):
                    found[name].append((one, row.case))
    return {name: items for name, items in found.items() if items}


def _is_later(at: datetime | None, since: datetime) -> bool:
    return at is not None and at >= since


HAPPENED: dict[str, Callable[[Intro, datetime], bool]] = {
    "question": lambda one, since: one.state is State.INFO_REQUESTED and _is_later(one.changed_at, since),
    "declined": lambda one, since: (
        one.state in ACTED_ON - {State.EXPIRED} and not one.is_acted_on and _is_later(one.ended_at, since)
    ),
    "expired": lambda one, since: one.state is State.EXPIRED and not one.is_acted_on and _is_later(one.ended_at, since),
    "accepted": lambda one, since: one.state in SAID_YES and _is_later(one.answered_at, since),
    "waiting": lambda one, since: one.state is State.WAITING_LIST and _is_later(one.answered_at, since),
}
"""What groups did, as columns of the introduction tell it."""


def rows_of(viewer: Viewer, references: Iterable[str]) -> list[Row]:
    """The rows of some people of the viewer's caseload, with their faces; others are not found."""
    wanted = set(references)
    rows = [row_of(case) for case in open_cases(viewer) if case.reference in wanted]
    people: Mapping[UUID, Person] = faces(viewer, [row.case.id for row in rows]) if rows else {}
    return sorted((_with_face(row, people[row.case.id]) for row in rows if row.case.id in people), key=_urgency)
