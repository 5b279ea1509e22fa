"""What the groups are about to see, in words: once for all, and once for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext
from sqlalchemy import select

from portal.caseload.referring_drafts import drafts_of
from portal.caseload.referring_forms import ASK, BEFORE, HOW, Asked, AskedOf
from portal.caseload.referring_groups import Group
from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory.filters import BY_NAME
from portal.directory.languages import name_of
from portal.directory.needs import NEEDS
from portal.people import consents, saying
from portal.people.consents import SCOPES
from portal.people.items import FORMATS
from portal.people.models import Consent, Person
from portal.referrals.clocks import clocks
from portal.referrals.models import Introduction, Referral


@dataclass(frozen=True)
class Row:
    """One thing that is told. `anchor`: the field of the referral's page that it is changed at; `part`: of the record's page."""

    label: str
    lines: tuple[str, ...]
    anchor: str | None = None
    part: str | None = None


@dataclass(frozen=True)
class Sheet:
    """What one group sees beside what all see."""

    introduction: Introduction
    group: Group
    rows: tuple[Row, ...]


def asked_of(referral: Referral) -> Asked:
    """What the page of a referral told, as a draft keeps it."""
    told = dict((referral.told or {}).get("agreement") or {})
    return Asked(
        needs=tuple(referral.needs or ()),
        reason=referral.reason,
        what_matters=referral.what_matters,
        safety_note=referral.safety_note,
        health_summary=referral.health_summary,
        scopes=tuple(told.get("scopes") or ()),
        how=str(told.get("how") or ""),
        basis_note=told.get("basis_note"),
        evidence=told.get("evidence"),
        of={str(one.service_id): _of(one) for one in drafts_of(referral)},
        safety_prompt=referral.safety_prompt,
        instead_of=(referral.told or {}).get("instead_of"),
    )


def all_see(person: Person, asked: Asked, held: Sequence[Consent | None]) -> tuple[Row, ...]:
    """What every group sees: as much as was agreed to."""
    scopes = frozenset(asked.scopes)
    rows = [
        Row(_("What would help"), tuple(dict.fromkeys(_lines(asked.reason, _needs(asked.needs)))), "reason"),
        Row(
            _("What matters"),
            (_("“%(words)s”", words=asked.what_matters),) if asked.what_matters else (),
            "what_matters",
        ),
        Row(_("Safe contact"), _contact(person), part="contact"),
    ]
    if "access" in scopes:
        rows.append(Row(_("Language and access"), _access(person.access or {}), part="access"))
    if "risk" in scopes:
        rows.append(Row(_("Keeping people safe"), _lines(asked.safety_note), "safety_note"))
    if "health" in scopes:
        rows.append(Row(_("Health"), _lines(asked.health_summary), "health_summary"))
    shared = tuple(str(SCOPES[one]) for one in asked.scopes if one in SCOPES)
    return (
        *rows,
        Row(_("What is shared"), shared, "scopes"),
        Row(_("Agreement"), _agreement(person, asked, held), "how"),
    )


def sheets_of(referral: Referral, groups: Sequence[Group]) -> list[Sheet]:
    """A sheet for each group that is to be sent one."""
    by_service = {group.id: group for group in groups}
    return [
        Sheet(one, by_service[one.service_id], _rows(one, by_service[one.service_id]))
        for one in drafts_of(referral)
        if one.service_id in by_service
    ]


def form_data(referral: Referral) -> dict[str, Any]:
    """What the form of a draft is filled with."""
    asked = asked_of(referral)
    return {
        "needs": list(asked.needs), "reason": asked.reason, "what_matters": asked.what_matters,
        "safety_note": asked.safety_note, "health_summary": asked.health_summary, "scopes": list(asked.scopes),
        "instead": asked.instead_of, "how": asked.how, "basis_note": asked.basis_note, "evidence": asked.evidence,
        "of": {str(one.service_id): _part_data(one) for one in drafts_of(referral)},
    }  # fmt: skip


def new_form_data(person: Person, groups: Sequence[Group]) -> dict[str, Any]:
    """What the form of a new referral is filled with, from the record and from what was agreed before."""
    held = [one.held for one in groups]
    is_agreed = bool(held) and all(consents.covers(one) for one in held)
    scopes = sorted({scope for one in held if one for scope in one.scopes}) if is_agreed else list(consents.USUAL)
    return {
        "needs": list(person.needs or ()),
        "reason": _needs(person.needs or ()) or handed_over_for(person),
        "what_matters": person.what_matters,
        "scopes": scopes,
        "how": BEFORE if is_agreed else None,
    }


def form_data_after(person: Person, groups: Sequence[Group], refused: Introduction) -> dict[str, Any]:
    """The same where a group said no before: as that group was told, but for how the person agrees, which is asked anew."""
    told, anew = form_data(refused.referral), new_form_data(person, groups)
    scopes = anew["scopes"] if anew["how"] == BEFORE else told["scopes"] or anew["scopes"]
    of_words = {name: told[name] for name in ("needs", "reason", "what_matters", "safety_note", "health_summary")}
    return {**anew, **of_words, "scopes": scopes}


def handed_over_for(person: Person) -> str | None:
    """What the practice wrote when it handed the person over last, where nobody has asked them for their needs yet."""
    wanted = (
        select(Referral)
        .join(Introduction, Introduction.referral_id == Referral.id)
        .where(
            Referral.person_id == person.id,
            Introduction.kind == "link-work",
            Introduction.organization_id == person.organization_id,
        )
        .order_by(Referral.created_at.desc(), Referral.id)
    )
    newest = db.session.scalars(wanted.limit(1)).first()
    return newest.reason if newest is not None else None


def own_row(told: dict[str, str], anchor: str | None = None) -> Row:
    """A question of the group's own, and what was answered."""
    question = _("“%(words)s”", words=told["question"])
    return Row(_("Their own question"), (question, told["answer"] or _("Not provided")), anchor)


def shares(person: Person, *, with_surname: bool) -> str:
    """What of the name a group sees before it accepts."""
    return (
        _("First name and surname") if with_surname and person.family_name else _("First name only, until they accept")
    )


def _rows(one: Introduction, group: Group) -> tuple[Row, ...]:
    anchor = f"g{group.id.hex}"
    rows = [Row(_("Group"), _lines(group.card.organisation) if group.card.organisation != group.card.name else ())]
    when = _lines(str(group.card.when.striptags()) if group.card.when else None, group.card.place_label)
    rows.append(Row(_("When and where"), when))
    if group.wait:
        rows.append(
            Row(_("Waiting"), (group.wait, _("%(who)s is happy to wait.", who=one.person.initials)), f"{anchor}-wait")
        )
    rows += [own_row(told, f"{anchor}-first") for told in one.own_answers or ()]
    if one.override_reason:
        rows.append(Row(_("Right all the same"), (*group.misfits, one.override_reason), f"{anchor}-why"))
    rows.append(Row(_("Also shares"), (shares(one.person, with_surname=one.shares_surname),), f"{anchor}-surname"))
    days = clocks().remind_again
    by = ngettext(
        "%(day)s (%(num)s working day)", "%(day)s (%(num)s working days)", days, day=wording.day(group.answer_by)
    )
    rows.append(Row(_("Answer asked for by"), (str(by),)))
    return tuple(row for row in rows if row.lines or row.anchor)


def _of(one: Introduction) -> AskedOf:
    answers = tuple((told["question"], told["answer"]) for told in one.own_answers or ())
    return AskedOf(one.happy_to_wait, one.shares_surname, answers, one.override_reason)


def _part_data(one: Introduction) -> dict[str, Any]:
    answers = [told["answer"] for told in one.own_answers or ()]
    wait = None if one.happy_to_wait is None else "yes" if one.happy_to_wait else "no"
    return {
        "wait": wait,
        "surname": "yes" if one.shares_surname else "no",
        "first": answers[0] if answers else "",
        "second": answers[1] if len(answers) > 1 else "",
        "born": any(told["question"] == _("Date of birth") for told in one.own_answers or ()),
        "why": one.override_reason or "",
    }


def _agreement(person: Person, asked: Asked, held: Sequence[Consent | None]) -> tuple[str, ...]:
    who = person.initials
    if asked.how == ASK:
        return (_("Not yet: %(who)s is asked by link. Nothing goes to a group until they agree.", who=who),)
    if asked.how == BEFORE:
        ends = [one.expires_on for one in held if one is not None]
        told = _("As %(who)s agreed before. Ends %(day)s.", who=who, day=wording.full_date(min(ends))) if ends else ""
        return _lines(told)
    if asked.how not in HOW:
        return ()
    today = clock.today()
    how = _(
        "%(how)s, %(day)s. Ends %(end)s.",
        how=HOW[asked.how][0],
        day=wording.full_date(today),
        end=wording.full_date(today + consents.LASTS),
    )
    return _lines(how, asked.basis_note)


def _contact(person: Person) -> tuple[str, ...]:
    contact = person.contact or {}
    lines = [*_lines(saying.ways_told(contact.get("ways")))]
    if contact.get("best_times"):
        lines.append(_("Best times: %(times)s", times=contact["best_times"]))
    if contact.get("voicemail") is False:
        lines.append(_("Do not leave a message."))
    return tuple(lines)


def _access(access: dict[str, Any]) -> tuple[str, ...]:
    language = access.get("language")
    lines = [name_of(str(language))] if language else []
    if access.get("interpreter"):
        lines.append(_("Needs an interpreter"))
    lines += [str(FORMATS[one]) for one in access.get("formats") or () if one in FORMATS]
    lines += [BY_NAME["access"].label_of(one) for one in access.get("getting_in") or ()]
    return tuple(lines)


def _needs(needs: Sequence[str]) -> str:
    return wording.comma_list([str(NEEDS[one].label) for one in needs if one in NEEDS])


def _lines(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
