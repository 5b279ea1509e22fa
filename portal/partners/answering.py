"""How pages with a form answer: a refusal is said at its field, a clash shows both versions, and what was typed stays."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from portal.core.errors import Overtaken, Refused
from portal.core.forms import PageForm, ShownVersion
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.wording import comma_list
from portal.organisations.models import Organization
from portal.partners.queries import organisation_named


def done(
    form: PageForm, act: Callable[[], Any], standing: Callable[[], tuple[Mapping[str, Any], int]] | None = None
) -> bool:
    """Check a form that was sent, and act. `standing`: what stands now, and its version, should somebody have been quicker."""
    if not form.validate_on_submit():
        _look_for_organisation(form)
        return False
    try:
        act()
    except Refused as problem:
        form.refuse(problem.field if problem.field in form else form.drawn[0].name, problem.sentence)
        return False
    except Overtaken:
        if standing is not None and isinstance(form, ShownVersion):
            form.clashes_with(*standing())
        return False
    return True


def _look_for_organisation(form: PageForm) -> None:
    """Say that a name which was typed is nobody's beside all else that is wrong, and not once that was put right."""
    if not form.is_submitted() or "organisation" not in form or form["organisation"].errors:
        return
    try:
        organisation_of(form["organisation"].data)
    except Refused as problem:
        form.refuse(problem.field, problem.sentence)


def form_page(form: PageForm, title: str, back: tuple[str, str], button: str | None = None, **told: Any) -> Response:
    """The page of one form. `back`: the way back, and its words. 409 where somebody was quicker, 422 where something is wrong."""
    status = 409 if form.clash is not None else None
    return page(
        "partners/form.html", status=status, form=form, title=title, back=back, button=button or _("Save"), **told
    )


def organisation_of(typed: str | None) -> Organization:
    """The organisation whose name or number was typed. Raises Refused, with names that may be meant."""
    found, like = organisation_named(typed or "")
    if found is not None:
        return found
    if not like:
        raise Refused("organisation", _("No organisation here has this name or number. An administrator can add it."))
    if len(like) > 1 and like[0] == like[-1]:
        told = _("More than one organisation is called this. Enter its number in its register.")
        raise Refused("organisation", told)
    raise Refused(
        "organisation", _("No organisation has exactly this name. Do you mean: %(names)s?", names=comma_list(like))
    )
