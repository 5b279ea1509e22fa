"""What the page of one introduction shows its referrer: where it stands, what happened, what was written, whom to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.attachments import queries as attachments
from portal.attachments.models import Attachment
from portal.caseload import introduction_acts as acts
from portal.caseload.record_acts import GOAL_RESULTS
from portal.caseload.record_introductions import said_of
from portal.caseload.record_timeline import SHOWN_WORDS, TITLES
from portal.caseload.referring_check import Row, all_see, asked_of, own_row, shares
from portal.core import clock, wording
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory import queries as directory
from portal.directory.details import ContactLine, contacts_of
from portal.directory.listings import Listing
from portal.directory.related import Related, related_to
from portal.measures.words import WHY_NONE, WHY_NONE_OF_GROUPS
from portal.people.models import Consent, Person
from portal.referrals import events, messages
from portal.referrals.models import Introduction, LinkTeam, Message
from portal.referrals.queries import asked, is_asked_by
from portal.referrals.reasons import words_of
from portal.referrals.states import ACTED_ON, State
from portal.referrals.visiting import next_visit

CHASED = "chase"


@dataclass(frozen=True)
class Happened:
    """One thing that happened: when, what, and what somebody wrote with it."""

    when: str
    what: str
    words: str | None = None


@dataclass(frozen=True)
class Offer:
    """One thing to do: its act and its form."""

    name: str
    act: acts.Act
    form: Any


@dataclass(frozen=True)
class IntroductionPage:
    """All of it. `suggestion`: the listing that the group named instead; `near` others that help with the same."""

    one: Introduction
    said: str
    rows: Sequence[Row]
    outcome: Sequence[Row]
    written: Sequence[tuple[Message, str, str]]
    files: Mapping[UUID, Attachment]
    happened: Sequence[Happened]
    offers: Sequence[Offer]
    contacts: Sequence[ContactLine] = ()
    phone: str | None = None
    suggestion: Listing | None = None
    near: Sequence[Related] = field(default_factory=tuple)
    measured: str | None = None

    @property
    def first(self) -> list[Offer]:
        """What is to be done now."""
        return [one for one in self.offers if one.act.is_first]

    @property
    def others(self) -> list[Offer]:
        """What can be done besides."""
        return [one for one in self.offers if not one.act.is_first]


def introduction_of(who: Viewer, person: Person, reference: str) -> Introduction:
    """The introduction of a person with this reference. Raises NotFound."""
    found = asked(who, reference, whole=True)
    if found.person_id != person.id:
        raise NotFound(_("There is no such referral here. Check the reference."))
    return found


def page_of(who: Viewer, one: Introduction, typed: Mapping[str, Any] | None = None) -> IntroductionPage:
    """The page. `typed`: forms that were sent and not taken, by their acts."""
    offers = [
        Offer(name, act, (typed or {}).get(name) or acts.form_of(act, name, one, formdata=None))
        for name, act in acts.ACTS.items()
        if name in (typed or {}) or acts.is_offered(one, act, who)
    ]
    listing = directory.listing(one.service_id) if one.service_id else None
    is_refused = State(one.state) in ACTED_ON
    suggested = directory.listing(one.suggested_service_id) if is_refused and one.suggested_service_id else None
    team = db.session.get(LinkTeam, one.organization_id) if one.kind == "link-work" else None
    taken = acts.measure_after(one.person)
    return IntroductionPage(
        one=one,
        said="" if one.state == State.ENTERED_IN_ERROR.value else said_of(one, next_visit(one)),
        rows=_rows(one),
        outcome=_outcome(one),
        written=written_of(one),
        files=attachments.of_introduction(one),
        happened=_happened(one),
        offers=offers,
        contacts=contacts_of([listing]).get(listing.id, ()) if listing else (),
        phone=team.phone if team else None,
        suggestion=suggested if suggested is not None and directory.is_public(suggested) else None,
        near=related_to(listing) if is_refused and listing is not None else (),
        measured=wording.full_date(clock.local(taken.at).date()) if taken else None,
    )


def mistakes_for(who: Viewer) -> list[tuple[Introduction, bool]]:
    """What somebody said was entered by mistake and nobody has confirmed, and whether this user may."""
    wanted = (
        select(Introduction)
        .where(
            Introduction.error_asked_by_id.is_not(None),
            Introduction.state != State.ENTERED_IN_ERROR.value,
            is_asked_by(who),
        )
        .options(joinedload(Introduction.service), joinedload(Introduction.person), joinedload(Introduction.referral))
        .order_by(Introduction.changed_at, Introduction.id)
    )
    rows = db.session.scalars(wanted).unique().all()
    return [(one, acts.is_offered(one, acts.ACTS["confirm"], who)) for one in rows]


def _rows(one: Introduction) -> tuple[Row, ...]:
    """What the group sees, as long as it may."""
    held = db.session.get(Consent, one.consent_id) if one.consent_id else None
    told = asked_of(one.referral)
    how = told.how or ("before" if held else "")
    scopes = tuple(held.scopes) if held else told.scopes
    seen = all_see(one.person, replace(told, how=how, scopes=scopes), [held])
    own = [own_row(answer) for answer in one.own_answers or ()]
    first = Row(_("Name, before they accept"), (shares(one.person, with_surname=one.shares_surname),))
    agreement = _agreement(held)
    rows = [row for row in seen if row.label != _("Agreement")]
    return (*rows, *own, *([first] if one.kind == "service" else []), *([agreement] if agreement else []))


def _agreement(held: Consent | None) -> Row | None:
    if held is None:
        return None
    ends = wording.full_date(held.expires_on)
    if held.status != "active":
        return Row(_("Agreement"), (_("Ended. The group sees nothing of it any more."),))
    return Row(
        _("Agreement"),
        (_("Given %(day)s, ends %(end)s.", day=wording.full_date(clock.local(held.given_at).date()), end=ends),),
    )


def _outcome(one: Introduction) -> tuple[Row, ...]:
    """How it ended: the reason, what was reached, and what was written."""
    if not one.told.is_end:
        return ()
    report = one.report or {}
    rows = []
    if one.reason_code:
        rows.append(Row(_("Why"), tuple(text for text in (words_of(one.reason_code), one.reason_words) if text)))
    if report.get("result") in GOAL_RESULTS:
        rows.append(Row(_("How it turned out"), (str(GOAL_RESULTS[report["result"]]),)))
    goals = report.get("goals") or {}
    told = [(goal, str(goals.get(str(goal.id)))) for goal in one.person.goals]
    rows += [Row(goal.words, (str(GOAL_RESULTS[result]),)) for goal, result in told if result in GOAL_RESULTS]
    if report.get("last_contact"):
        last = date.fromisoformat(report["last_contact"])
        rows.append(Row(_("Last contact"), (wording.full_date(last),)))
    if report.get("measure_id"):
        rows.append(Row(_("Measure"), (_("Taken. It stands in the record."),)))
    elif (why := {**WHY_NONE_OF_GROUPS, **WHY_NONE}.get(str(report.get("why_no_measure")))) is not None:
        rows.append(Row(_("Measure"), (str(why),)))
    if report.get("words"):
        rows.append(Row(_("In their words"), (str(report["words"]),)))
    if report.get("onward"):
        rows.append(Row(_("What could come next"), (str(report["onward"]),)))
    return tuple(rows)


def written_of(one: Introduction) -> list[tuple[Message, str, str]]:
    """Each message, who wrote it and when; oldest first."""
    asking = one.referral.organization.name if one.referral.organization else _("The person")
    sides = {"group": one.organization.name}
    return [(message, sides.get(message.side, asking), _moment(message.at)) for message in messages.of(one)]


def _happened(one: Introduction) -> list[Happened]:
    """What happened, newest first."""
    found = []
    for event in reversed(events.of_introduction(one.id)):
        title = TITLES.get(event.verb)
        if event.verb == CHASED:
            what = _("Reminded: %(group)s", group=one.organization.name)
        elif title is None:
            continue
        else:
            what = str(title) % {"what": one.to_what, "group": one.organization.name}
        reason = words_of(event.reason_code)
        words = event.words if event.verb in SHOWN_WORDS else None
        found.append(Happened(_moment(event.at), what, words or reason or None))
    return found


def _moment(at: Any) -> str:
    local = clock.local(at)
    return _("%(day)s, %(time)s", day=wording.short_date(local.date()), time=wording.clock_time(local))
