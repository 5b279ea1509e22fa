"""The page of sessions: rows that can be added and taken away, and the next dates, worked out here."""

from collections.abc import Callable, Iterable

from flask import request
from flask.typing import ResponseReturnValue

from portal.accounts import held_forms
from portal.changes.applying import Clash
from portal.changes.places import places
from portal.core.pages import page
from portal.core.viewer import viewer
from portal.directory import school_holidays
from portal.directory.occurrences import Nation
from portal.geography.places import NATIONS
from portal.groups import editing
from portal.groups.clashes import clash_of
from portal.groups.editing import Editing
from portal.groups.sent import base_version, form_key
from portal.groups.session_rows import DAYS, OFTEN
from portal.groups.sessions_form import STAND, SessionsForm

SAVED_BY = ("save", "preview", "draft")
Answer = Callable[..., ResponseReturnValue]


def sessions_answer(one: Editing, answered: Answer) -> ResponseReturnValue:
    """Show the form, show it again with other rows or dates, or go on with its value."""
    typed = held_forms.typed()
    if typed is None:
        return sessions_page(one, SessionsForm.of(one.value, has_school=has_school(one)))
    form = SessionsForm.sent(typed, one.value, has_school=has_school(one))
    action = request.form.get("action", "")
    if form.pressed(action):
        return sessions_page(one, form)
    if action in SAVED_BY and (value := form.value()) is not None:
        return answered(one, form, value, sessions_page)
    if action == "dates":
        form.value()
    return sessions_page(one, form)


def sessions_page(one: Editing, form: SessionsForm, clash: Clash | None = None) -> ResponseReturnValue:
    """The form with its next dates."""
    errors = dict(form.errors)
    value = form.value()
    is_checked = bool(errors)
    dates = form.next_dates(value, nation_of(one), _councils(one)) if value is not None else None
    if not is_checked:
        form.errors = {}
    found = places(one.service) or []
    return page(
        "groups/sessions.html",
        status=409 if clash else 422 if form.errors else 200,
        one=one,
        form=form,
        dates=dates,
        days=DAYS,
        often=OFTEN,
        stand=STAND,
        places=[(row["id"], row.get("name") or one.fact.label) for row in found] if len(found) > 1 else [],
        kept=[(number, one.fact.shown([row])) for number, row in form.told.kept.items()],
        why_wait=editing.will_wait(one.service, ["sessions"], viewer()),
        key=form_key(),
        version=clash.version if clash else base_version(one.service),
        **clash_of(one, clash),
    )


def nation_of(one: Editing) -> Nation:
    """Whose bank holidays hold."""
    return nation_in(_councils(one).values())


def nation_in(councils: Iterable[str]) -> Nation:
    """The nation of the first council that is known."""
    return next((NATIONS[code[0]] for code in councils if code and code[0] in NATIONS), "england")


def has_school(one: Editing) -> bool:
    """Whether the operator told us the school holidays of where it meets."""
    return any(school_holidays.of(code) for code in _councils(one).values())


def _councils(one: Editing) -> dict[str, str]:
    """The council of each place, by the id of the place."""
    return {row["id"]: row.get("authority_code", "") for row in places(one.service) or []}
