"""What a group sees first: what to do, how long it takes, and whether each listing has space."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import url_for
from flask_babel import ngettext

from portal.assurance.queries import Standing, standings_of
from portal.changes import queries
from portal.changes.checked import checks_of
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.coordinating.todo import todos_of as questions_to
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory import space as spaces
from portal.directory.models import Service
from portal.grants.todo import todos_of as grant_todos_of
from portal.groups import claims
from portal.groups.listings import edits_for, services_of
from portal.organisations.models import Organization
from portal.responding.todo import todos_of
from portal.responding.watching import Waiting, waiting_of

ASKED_BEFORE = timedelta(days=14)
"""A listing is to be confirmed so long before its check ends."""
MINUTES = {
    "confirm": 1, "space": 1, "sent_back": 4, "draft": 3, "claim": 1, "answer": 2, "came": 1, "review": 1, "question": 1,
    "report": 2,
}  # fmt: skip
"""How long each kind of task takes most people."""
MOST_ALIKE = 2
"""More tasks of one kind become one."""
SAID_STATES = ("space", "waiting", "full")


@dataclass(frozen=True)
class Task:
    """One thing to do. `must`: somebody waits for it; `mark` says how long still, where it is not that it was sent back."""

    kind: str
    title: str
    note: str
    address: str
    must: bool = False
    mark: str | None = None


@dataclass(frozen=True)
class SpaceRow:
    """One listing with what is said of its space; `state` is pressed, None where nothing holds."""

    service: Service
    state: str | None
    said: str


@dataclass(frozen=True)
class Home:
    """The page of one organisation.

    `waiting`: changes that a moderator has not looked at yet; `referrals`: what waits for others of the group to answer;
    `has_grants`: some of its money is a grant that is kept here.
    """

    organisation: Organization
    tasks: Sequence[Task]
    rows: Sequence[SpaceRow]
    waiting: Sequence[tuple[str, str]]
    referrals: Waiting | None
    has_grants: bool = False

    @property
    def effort(self) -> str:
        """ "3 things, about 4 minutes"."""
        minutes = sum(MINUTES[task.kind] for task in self.tasks)
        count = len(self.tasks)
        things = ngettext("%(num)s thing", "%(num)s things", count)
        about = ngettext("about %(num)s minute", "about %(num)s minutes", minutes)
        return _("%(things)s, %(minutes)s", things=things, minutes=about)


def home_of(organisation: Organization, who: Viewer) -> Home:
    """What this person sees of this organisation."""
    services = services_of(organisation.id)
    changes = queries.changes_of_organisation(organisation.id)
    names = {service.id: service.name for service in services}
    rows = [_row(service) for service in services if service.status == "active"]
    grants = grant_todos_of(organisation.id)
    return Home(
        organisation=organisation,
        tasks=[
            *_of_claims(organisation.id, who),
            *_of_referrals(organisation.id, who),
            *_of_questions(organisation.id),
            *(Task("report", *told) for told in grants.reports),
            *_of_changes(changes, names, who),
            *_to_confirm(organisation.id),
            *_to_say(rows),
        ],
        rows=rows,
        waiting=[(names.get(one.service_id, ""), what(one)) for one in changes if one.state == "waiting" and one.service_id],
        referrals=waiting_of(who, organisation.id), has_grants=grants.has_any,
    )  # fmt: skip


def what(change: ChangeRequest) -> str:
    """What a change is about, in words."""
    if change.kind == "close":
        return _("Close the listing")
    if change.kind == "reopen":
        return _("Open the listing again")
    return wording.and_list([str(FACTS[name].label) for name in FACTS if name in change.facts])


def said_of(service: Service) -> str:
    """When something was last said of space, and what."""
    if service.space_state is None or service.space_said_at is None:
        return _("Nobody has said yet")
    said = clock.local(service.space_said_at)
    label = (
        spaces.label(spaces.space_of(service)) if spaces.still_holds(service, clock.today()) else _("Ask about space")
    )
    if said.date() == clock.today():
        return _("You said “%(words)s” today, %(time)s", words=label, time=wording.clock_time(said))
    return _("You said “%(words)s” on %(date)s", words=label, date=wording.short_date(said.date()))


def _row(service: Service) -> SpaceRow:
    if not spaces.still_holds(service, clock.today()):
        said = service.space_said_at
        old = (
            _("What you said on %(date)s is too old to show", date=wording.short_date(clock.local(said).date()))
            if said
            else ""
        )
        return SpaceRow(service, None, old or _("Nobody has said yet"))
    return SpaceRow(service, service.space_state, said_of(service))


def _of_changes(changes: Sequence[ChangeRequest], names: dict[UUID, str], who: Viewer) -> list[Task]:
    found = []
    for one in changes:
        address = _address_of(one, names)
        if address is None or one.by_user_id != who.id or one.state not in {"draft", "sent_back"}:
            continue
        name = names[one.service_id] if one.service_id else str(one.facts.get("name") or _("a new listing"))
        about = what(one) if one.service_id else _("New listing")
        if one.state == "sent_back":
            note = _("A moderator wrote to you: %(what)s.", what=about)
            found.append(Task("sent_back", _("Look again at %(name)s", name=name), note, address, must=True))
        else:
            kept = wording.short_date(clock.local(one.changed_at).date())
            note = _("%(what)s, kept on %(date)s. Nobody has seen it yet.", what=about, date=kept)
            found.append(Task("draft", _("Go on with %(name)s", name=name), note, address))
    return sorted(found, key=lambda task: not task.must)


def _address_of(change: ChangeRequest, names: dict[UUID, str]) -> str | None:
    """Where to go on with a change: the page of its first fact, or that of the new listing."""
    if change.kind == "new" and change.service_id is None:
        return url_for("groups.new_listing", change_id=change.id)
    fact = next((name for name in FACTS if name in change.facts), None)
    if fact is None or change.service_id is None or change.service_id not in names:
        return None
    return url_for("groups.edit_fact", service_id=change.service_id, fact=fact)


def _of_claims(organisation_id: UUID, who: Viewer) -> list[Task]:
    """Who asks to look after the listings too, for the lead to answer."""
    return [
        Task(
            "claim",
            _("Somebody asks to look after your listings"),
            _("Say whether they are one of you."),
            url_for("joining.asked_to", claim_id=one.id),
        )
        for one in claims.asked_of(who, organisation_id)
    ]


def _of_referrals(organisation_id: UUID, who: Viewer) -> list[Task]:
    """What referrals ask of whoever answers them."""
    found = todos_of(who, organisation_id)
    return [Task(one.kind, one.title, one.note, one.address, must=one.mark is not None, mark=one.mark) for one in found]


def _of_questions(organisation_id: UUID) -> list[Task]:
    """What coordinators of the neighbourhood ask the group, and nobody has answered."""
    found = questions_to(organisation_id)
    return [
        Task("question", one.title, one.note, one.address, must=one.mark is not None, mark=one.mark) for one in found
    ]


def due_of(organisation_id: UUID) -> list[Standing]:
    """The listings of an organisation whose check ends soon or has ended."""
    today = clock.today()
    return [one for one in standings_of([organisation_id]) if one.ends(today) - ASKED_BEFORE <= today]


def _to_confirm(organisation_id: UUID) -> list[Task]:
    due = due_of(organisation_id)
    if len(due) > MOST_ALIKE:
        title = _("Confirm %(count)s listings are still right", count=len(due))
        address = url_for("groups.confirm_all", organisation=organisation_id)
        return [Task("confirm", title, wording.and_list([one.name for one in due]), address)]
    found = []
    for one in due:
        checked = wording.full_date(one.assured) if one.assured else None
        note = (
            _("Last checked %(date)s. Takes one button.", date=checked)
            if checked
            else _("Never checked. Takes one button.")
        )
        address = url_for("groups.confirm", service_id=one.id)
        found.append(Task("confirm", _("Confirm %(name)s is still right", name=one.name), note, address))
    return found


def _to_say(rows: Sequence[SpaceRow]) -> list[Task]:
    silent = [row.service for row in rows if row.state is None]
    if len(silent) > MOST_ALIKE:
        title = _("Say if %(count)s listings have space", count=len(silent))
        return [Task("space", title, _("One tap each, below."), f"#space-{silent[0].id}")]
    return [
        Task("space", _("Say if %(name)s has space", name=one.name), _("One tap, below."), f"#space-{one.id}")
        for one in silent
    ]


@dataclass(frozen=True)
class FactRow:
    """One fact in the summary of a listing: its lines, and who said it when."""

    name: str
    label: str
    section: str
    lines: Sequence[str]
    said: str
    address: str
    waits: bool = False
    is_kept: bool = False


def summary_of(service: Service, who: Viewer) -> list[FactRow]:
    """Every fact of a listing with what stands, who said it, and what is on its way."""
    checks, changes = checks_of(service.id), queries.changes_of(service.id)
    waiting = {name for one in changes if one.state == "waiting" for name in one.facts}
    kept = {
        name
        for one in changes
        if one.state in {"draft", "sent_back"} and one.by_user_id == who.id
        for name in one.facts
    }
    rows, is_own = [], edits_for(who, service)
    for name, fact in FACTS.items():
        value = fact.read(service)
        check = checks.get(name)
        rows.append(
            FactRow(
                name, str(fact.label), fact.section, fact.shown(value) if value else [],
                _said(check.by_kind, clock.local(check.checked_at).date(), is_own=is_own) if check else _imported(service),
                url_for("groups.edit_fact", service_id=service.id, fact=name), name in waiting, name in kept,
            )
        )  # fmt: skip
    return rows


def _said(by_kind: str, day: date, *, is_own: bool) -> str:
    told = wording.short_date(day)
    if by_kind == "moderator":
        return _("Our team, %(date)s", date=told)
    if not is_own:
        return _("The group, %(date)s", date=told)
    return _("Your group, %(date)s", date=told)


def _imported(service: Service) -> str:
    record = service.source_record
    if record is not None:
        return _("From %(source)s", source=record.source.name)
    return (
        _("With the whole listing, %(date)s", date=wording.short_date(service.assured_date))
        if service.assured_date
        else ""
    )
