"""The answers as people read them once more before they send: one row a question, with the page that changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.codes import phones
from portal.core import wording
from portal.core.i18n import gettext as _
from portal.directory.languages import name_of
from portal.directory.needs import NEEDS
from portal.people.items import AGE_GROUPS, FORMATS, WAYS
from portal.selfreferral import forms
from portal.selfreferral.flows import Flow
from portal.selfreferral.forms import OWN, WHO, is_for_me, is_young

Told = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One row. `lines` is empty where nothing was told; `question` is the name of the page that changes it."""

    label: str
    lines: tuple[str, ...]
    question: str


def rows(flow: Flow, told: Told) -> list[Row]:
    """All of them, in the order of the pages."""
    return [row for one in flow.questions for row in ROWS[one.name](flow, told)]


def agree_words(told: Told) -> str:
    """What a tick for the agreement says, where no page asked for it."""
    if is_young(told):
        who = is_for_me(told)
        return (
            _("I agree, and my parent or guardian agrees too")
            if who
            else _("I am their parent or guardian, and I agree")
        )
    return _("I agree to this") if is_for_me(told) else _("They told me that they agree to this")


def _row(label: str, question: str, *lines: str | None) -> Row:
    return Row(label, tuple(line for line in lines if line), question)


def _who(flow: Flow, told: Told) -> Iterable[Row]:
    yield _row(_("Who is this for?"), "who", str(WHO[told["who"]]))
    if told.get("wait"):
        yield _row(_("Happy to wait"), "who", _("Yes"))


def _named(told: Told, question: str) -> Iterable[Row]:
    name = " ".join(part for part in (told.get("given_name"), told.get("family_name")) if part)
    yield _row(_("Name"), question, name)
    if told.get("birth_date"):
        yield _row(_("Date of birth"), question, wording.full_date(date.fromisoformat(told["birth_date"])))
    else:
        yield _row(_("Age"), question, str(AGE_GROUPS[told["age_group"]]))


def _person(flow: Flow, told: Told) -> Iterable[Row]:
    yield from _named(told, "person")
    yield _row(_("Postcode"), "person", told.get("postcode") or _("No fixed address at the moment"))


def _where(flow: Flow, told: Told) -> Iterable[Row]:
    yield _row(_("Postcode"), "where", told.get("postcode"))
    yield _row(_("GP practice"), "where", told.get("practice"))


def _about(flow: Flow, told: Told) -> Iterable[Row]:
    yield _row(_("Who is this for?"), "about", str(WHO[told["who"]]))
    yield from _named(told, "about")


def _help(flow: Flow, told: Told) -> Iterable[Row]:
    yield _row(_("What would help"), "help", told.get("words"))
    needs = [str(NEEDS[need].label) for need in told.get("needs", ()) if need in NEEDS]
    yield _row(_("What it is about"), "help", *needs)
    for name, question in zip(OWN, flow.asks.questions, strict=False):
        yield _row(question, "help", told.get(name))


def _contact(flow: Flow, told: Told) -> Iterable[Row]:
    number = phones.read(told.get("phone"))
    yield _row(_("Ways to get in touch"), "contact", *(str(WAYS[way]) for way in told.get("ways", ())))
    yield _row(_("Phone number"), "contact", phones.shown(number) if number else None)
    yield _row(_("E-mail address"), "contact", told.get("email"))
    if told.get("address"):
        yield _row(_("Address for letters"), "contact", *told["address"].split("\n"))
    is_safe = told.get("voicemail") == "yes"
    yield _row(_("Safe to text or leave a message"), "contact", _("Yes") if is_safe else _("No"))
    yield _row(_("Best time"), "contact", told.get("best_times"))
    speaks = _("An interpreter is needed") if told.get("interpreter") else None
    yield _row(_("Language"), "contact", name_of(told.get("language") or "en"), speaks)
    yield _row(_("Reading"), "contact", *(str(FORMATS[one]) for one in told.get("formats", ())))
    if not is_for_me(told):
        own = phones.read(told.get("my_phone"))
        yield _row(_("You"), "contact", told.get("my_name"), phones.shown(own) if own else None)


def _safety(flow: Flow, told: Told) -> Iterable[Row]:
    yield _row(_("To keep people safe"), "safety", told.get("safety_note"))


def _agreement(flow: Flow, told: Told) -> Iterable[Row]:
    choices = forms.AGREED_FOR_ME if is_for_me(told) else forms.AGREED_FOR_OTHER
    if is_young(told):
        choices = forms.AGREED_YOUNG if is_for_me(told) else forms.AGREED_FOR_CHILD
    yield _row(_("Agreement"), "agreement", str(choices[told["agreed"]]), told.get("basis_note"))


ROWS = {
    "who": _who, "person": _person, "help": _help, "contact": _contact, "safety": _safety, "agreement": _agreement,
    "where": _where, "about": _about,
}  # fmt: skip
