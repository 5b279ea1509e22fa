"""How a handover ended, as one document for the practice: under the headings of the standard's message back, and as FHIR R4.

Source: PRSB Social Prescribing Information Standard, "Message back to GP and referrer"; FHIR R4 Bundle of type document with
Composition, Patient, Organization, ServiceRequest, Task and Observation. It says no more than the practice may know: who it is
as the practice told it, and how it turned out only where the person agreed to that.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from flask_babel.speaklater import LazyString
from markupsafe import escape
from sqlalchemy import select

from portal.codes import nhs_numbers
from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.pages import whole_address
from portal.measures.models import MeasureResult
from portal.measures.outcomes import course
from portal.measures.queries import measure
from portal.organisations.models import Organization
from portal.people.models import Goal
from portal.referrals import feedback
from portal.referrals.models import Introduction, LinkTeam, Referral
from portal.referrals.reasons import words_of
from portal.referrals.states import STATES, State, task_status

SNOMED = "http://snomed.info/sct"
REFERRED = {"system": SNOMED, "code": "871731000000106", "display": "Referral to social prescribing service"}
TASK_CODES = "http://hl7.org/fhir/CodeSystem/task-code"
OWN_STATES = "/fhir/CodeSystem/introduction-state"
OWN_REASONS = "/fhir/CodeSystem/introduction-reason"
XHTML = "http://www.w3.org/1999/xhtml"
RESULTS: dict[str, LazyString] = {
    "achieved": _l("Achieved"),
    "partly": _l("Partly achieved"),
    "not-achieved": _l("Not achieved"),
    "not-known": _l("Not known"),
}
"""How a goal, or the whole, turned out."""
TOLD_AT = frozenset({State.COMPLETED, State.ENDED_EARLY, State.NOT_STARTED, State.PATIENT_DECLINED})
"""Ends of which the practice gets the message back."""


@dataclass(frozen=True)
class Found:
    """One thing that was found at the end: of a goal, of the whole, or of a measure."""

    what: str
    value: str


@dataclass(frozen=True)
class Patient:
    """Who it is, as the practice told it."""

    name: str
    birth_date: str | None
    nhs_number: str | None


@dataclass(frozen=True)
class Body:
    """A practice or a team."""

    id: UUID
    name: str
    phone: str | None = None


@dataclass(frozen=True)
class Heading:
    """One heading of the document with its lines: label and value."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MessageBack:
    """The document, made plain. Moments are aware. `found` is empty where the person did not agree that the practice hears it."""

    introduction_id: UUID
    reference: str
    referral_reference: str
    state: State
    referral_status: str
    task_status: str
    reason: str | None
    patient: Patient
    practice: Body
    team: Body
    asked_at: datetime
    sent_at: datetime | None
    ended_at: datetime
    last_contact: date | None
    found: tuple[Found, ...] = ()
    hears_outcome: bool = False
    headings: tuple[Heading, ...] = field(default=())


def message_back(
    introduction: Introduction, *, hears_outcome: bool, practice: Organization | None = None
) -> MessageBack:
    """What the practice is told of a handover that has ended, or of what came of one. `practice`: where none handed over."""
    referral = feedback.first_of(introduction.referral)
    told = _told_of(introduction, referral)
    team = db.session.get(LinkTeam, introduction.organization_id)
    practice = practice or referral.organization or introduction.organization
    report = (introduction.report or {}) if hears_outcome else {}
    last = report.get("last_contact")
    state = State(introduction.state)
    bare = MessageBack(
        introduction_id=introduction.id,
        reference=introduction.shown_reference,
        referral_reference=referral.shown_reference,
        state=state,
        referral_status=referral.status,
        task_status=task_status(state, State(introduction.before) if introduction.before else None),
        reason=introduction.reason_code,
        patient=Patient(str(told.get("name") or ""), told.get("birth_date"), told.get("nhs_number")),
        practice=_body(practice),
        team=_body(introduction.organization, team.phone if team else None),
        asked_at=referral.created_at,
        sent_at=introduction.sent_at,
        ended_at=introduction.ended_at or introduction.changed_at,
        last_contact=date.fromisoformat(last) if last else None,
        found=tuple(found_at_end(introduction)) if hears_outcome else (),
        hears_outcome=hears_outcome,
    )
    return MessageBack(**{**vars(bare), "headings": tuple(_headings(bare))})


def bundle(told: MessageBack) -> dict[str, Any]:
    """The document as a Bundle of FHIR R4; elements are in the order of the standard, so that it can be written as XML too."""
    resources = [
        _patient(told),
        _organization(told.practice),
        _organization(told.team),
        _service_request(told),
        _task(told),
        *_observations(told),
    ]
    entries = [_composition(told), *resources]
    return {
        "resourceType": "Bundle",
        "id": _id(told, "bundle"),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": _urn(_id(told, "bundle"))},
        "type": "document",
        "timestamp": _moment(told.ended_at),
        "entry": [{"fullUrl": _urn(one["id"]), "resource": one} for one in entries],
    }


def as_json(resource: dict[str, Any]) -> str:
    """A resource as the text of a file."""
    return json.dumps(resource, ensure_ascii=False, indent=2) + "\n"


def _told_of(introduction: Introduction, referral: Referral) -> dict[str, Any]:
    """Who it is: as the practice told it; where it told nothing, as the record has it."""
    if feedback.is_clinicians(referral):
        return referral.told or {}
    person = introduction.person
    return {"name": person.name, "birth_date": person.birth_date, "nhs_number": person.nhs_number}


def _headings(told: MessageBack) -> Iterator[Heading]:
    born = wording.full_date(date.fromisoformat(told.patient.birth_date)) if told.patient.birth_date else None
    number = nhs_numbers.shown(told.patient.nhs_number) if told.patient.nhs_number else None
    yield _heading(
        _("Person demographics"), (_("Name"), told.patient.name), (_("Date of birth"), born), (_("NHS number"), number)
    )
    yield _heading(_("Referrer details"), (_("Organisation"), told.practice.name))
    yield _heading(
        _("Referral details"),
        (_("Reference"), told.reference),
        (_("Sent"), _day(told.sent_at)),
        (_("Referred to"), told.team.name),
        (_("How it stands"), str(STATES[told.state].label)),
        (_("Ended"), _day(told.ended_at)),
        (_("Reason"), words_of(told.reason)),
        (_("Last contact"), wording.full_date(told.last_contact) if told.last_contact else None),
    )
    if told.hears_outcome:
        nothing = [Found(_("Result"), _("Nothing was recorded"))]
        yield _heading(_("Outcomes"), *((one.what, one.value) for one in told.found or nothing))
    else:
        yield _heading(
            _("Outcomes"), (_("Not shared"), _("The person has not agreed that the practice hears how it ended."))
        )
    yield _heading(
        _("Person completing record"), (_("Organisation"), told.team.name), (_("Telephone"), told.team.phone)
    )


def _heading(title: str, *lines: tuple[str, str | None]) -> Heading:
    return Heading(title, tuple((label, value) for label, value in lines if value))


def found_at_end(introduction: Introduction) -> Iterator[Found]:
    """How each goal turned out, then the whole, then the measure of the end beside the first."""
    report = introduction.report or {}
    results = report.get("goals") or {}
    goals = select(Goal).where(Goal.person_id == introduction.person_id).order_by(Goal.created_at, Goal.id)
    for goal in db.session.scalars(goals):
        if (result := results.get(str(goal.id))) in RESULTS:
            yield Found(goal.words, str(RESULTS[result]))
    if report.get("result") in RESULTS:
        yield Found(_("As a whole"), str(RESULTS[report["result"]]))
    yield from _measured(introduction, report.get("measure_id"))


def _measured(introduction: Introduction, measure_id: object) -> Iterator[Found]:
    try:
        last = db.session.get(MeasureResult, UUID(str(measure_id)))
    except ValueError:
        return
    if last is None or last.person_id != introduction.person_id:
        return
    taken = select(MeasureResult).where(
        MeasureResult.person_id == last.person_id,
        MeasureResult.instrument == last.instrument,
        MeasureResult.at <= last.at,
    )
    rows = db.session.scalars(taken.order_by(MeasureResult.at, MeasureResult.id)).all()
    ready = measure(last.instrument)
    for row in course(ready.instrument, ready.wording, rows).rows:
        value = _("%(first)s, then %(latest)s", first=row.first, latest=row.latest) if row.latest else row.first
        yield Found(row.label, value)


def _composition(told: MessageBack) -> dict[str, Any]:
    return {
        "resourceType": "Composition",
        "id": _id(told, "composition"),
        "identifier": {"system": whole_address("/fhir/Introduction"), "value": told.reference},
        "status": "final",
        "type": {"text": "Social prescribing: message back to GP and referrer"},
        "subject": _to(told, "patient"),
        "date": _moment(told.ended_at),
        "author": [_at(told.team)],
        "title": _("How the referral %(reference)s ended", reference=told.reference),
        "custodian": _at(told.team),
        "section": [
            {"title": one.title, "text": {"status": "generated", "div": _table(one)}}
            for one in told.headings
            if one.lines
        ],
    }


def _patient(told: MessageBack) -> dict[str, Any]:
    who: dict[str, Any] = {"resourceType": "Patient", "id": _id(told, "patient")}
    if told.patient.nhs_number:
        who["identifier"] = [{"system": nhs_numbers.SYSTEM, "value": told.patient.nhs_number}]
    who["name"] = [{"text": told.patient.name}]
    if told.patient.birth_date:
        who["birthDate"] = told.patient.birth_date
    return who


def _organization(body: Body) -> dict[str, Any]:
    told: dict[str, Any] = {"resourceType": "Organization", "id": str(body.id), "name": body.name}
    if body.phone:
        told["telecom"] = [{"system": "phone", "value": body.phone}]
    return told


def _service_request(told: MessageBack) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": _id(told, "request"),
        "identifier": [{"system": whole_address("/fhir/Referral"), "value": told.referral_reference}],
        "status": told.referral_status,
        "intent": "order",
        "priority": "routine",
        "code": {"coding": [REFERRED]},
        "subject": _to(told, "patient"),
        "authoredOn": _moment(told.asked_at),
        "requester": _at(told.practice),
        "performer": [_at(told.team)],
    }


def _task(told: MessageBack) -> dict[str, Any]:
    business = STATES[told.state].business or told.state.value
    task: dict[str, Any] = {
        "resourceType": "Task",
        "id": _id(told, "task"),
        "identifier": [{"system": whole_address("/fhir/Introduction"), "value": told.reference}],
        "status": told.task_status,
    }
    if told.reason:
        coding = [{"system": whole_address(OWN_REASONS), "code": told.reason}]
        task["statusReason"] = {"coding": coding, "text": words_of(told.reason)}
    task["businessStatus"] = {"coding": [{"system": whole_address(OWN_STATES), "code": business}]}
    return task | {
        "intent": "order",
        "priority": "routine",
        "code": {"coding": [{"system": TASK_CODES, "code": "fulfill"}]},
        "focus": _to(told, "request"),
        "for": _to(told, "patient"),
        "authoredOn": _moment(told.sent_at or told.asked_at),
        "lastModified": _moment(told.ended_at),
        "requester": _at(told.practice),
        "owner": _at(told.team),
    }


def _observations(told: MessageBack) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(told.found):
        yield {
            "resourceType": "Observation",
            "id": _id(told, f"observation-{number}"),
            "basedOn": [_to(told, "request")],
            "status": "final",
            "code": {"text": one.what},
            "subject": _to(told, "patient"),
            "effectiveDateTime": _moment(told.ended_at),
            "performer": [_at(told.team)],
            "valueString": one.value,
        }


def _table(heading: Heading) -> str:
    rows = "".join(f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in heading.lines)
    return f'<div xmlns="{XHTML}"><table><tbody>{rows}</tbody></table></div>'


def _body(organization: Organization, phone: str | None = None) -> Body:
    return Body(organization.id, organization.name, phone)


def _id(told: MessageBack, what: str) -> str:
    """The same each time that the document is made."""
    return str(uuid5(told.introduction_id, what))


def _to(told: MessageBack, what: str) -> dict[str, str]:
    return {"reference": _urn(_id(told, what))}


def _at(body: Body) -> dict[str, str]:
    return {"reference": _urn(str(body.id)), "display": body.name}


def _urn(id_: str) -> str:
    return f"urn:uuid:{id_}"


def _moment(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


def _day(moment: datetime | None) -> str | None:
    return wording.full_date(clock.local(moment).date()) if moment else None
