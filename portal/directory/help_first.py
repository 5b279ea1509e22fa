"""Words of danger in what people write in forms: help comes before it goes to somebody, or with the page after it is kept.

Neither stops anybody, and nothing that was typed is lost. Which words are looked at is said by each form; the table of
`tests/house/danger_table.py` holds every form to it. Source: design of journeys, 4.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from flask import flash, request, url_for
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from portal.core.i18n import lazy_gettext as _l
from portal.core.pages import page
from portal.directory import urgent
from portal.directory.blueprint import bp
from portal.geography.places import Place, PlaceProblem

SEND = _l("Send it all the same")
GO_ON = _l("Go on all the same")
KEPT = "danger"
"""The kind of message that brings cards to the next page."""
NOT_AGAIN = ("csrf_token", "send", "change")


class FreeWords:
    """A form in which people write in their own words. `free`: the fields in which words of danger are looked for."""

    free: ClassVar[tuple[str, ...]] = ()

    @property
    def dangers(self) -> tuple[str, ...]:
        """What danger the words tell of, worst first."""
        return self.dangers_beside({})

    def dangers_beside(self, known: Mapping[str, Any]) -> tuple[str, ...]:
        """The same of fields that do not say what stood there before: what was known brings no card each time it is saved."""
        fields: Any = self
        typed = {name: fields[name].data for name in self.free if name in fields}
        return kinds_of(words for name, words in typed.items() if words != known.get(name))


def kinds_of(texts: Iterable[str | None]) -> tuple[str, ...]:
    """What danger any of the texts tells of, worst first."""
    found = {kind for text in texts if text for kind in urgent.kinds_in(text)}
    return tuple(kind for kind in urgent.KINDS if kind in found)


def is_changing() -> bool:
    """Whether somebody went back from the page of help to their answers."""
    return "change" in request.form


def help_first(
    kinds: Collection[str],
    *,
    place: Place | PlaceProblem | None = None,
    nation: str | None = None,
    section: str | None = None,
    go_on: LazyString = SEND,
) -> Response | None:
    """The page between: "Does someone need help right now?", with numbers and two ways on. None where there is no danger in
    the words, where that page was passed, and where a file came along, which no browser sends twice: see `help_after`.

    `section`: of the staff's side; none for the public.
    """
    if not kinds or "send" in request.form or has_file():
        return None
    return page(
        "directory/help-first.html",
        layout="layouts/staff.html" if section else "layouts/page.html",
        section=section,
        is_sensitive=section is None,
        urgent_cards=urgent.cards_for(kinds, nation=nation, place=place),
        action=_here(),
        typed={name: values for name, values in request.form.to_dict(flat=False).items() if name not in NOT_AGAIN},
        go_on=go_on,
    )


def help_after(
    kinds: Collection[str], *, place: Place | PlaceProblem | None = None, nation: str | None = None, **about: str
) -> None:
    """Let the next page begin with the cards. `about`: of whom a worry can be raised, as the page for it takes them.

    For what somebody keeps for themselves, and for what could not be held up. Nothing where there is no danger in the words.
    """
    if kinds and "send" not in request.form:
        known = nation or (place.nation if place is not None else None)
        flash({"kinds": list(kinds), "nation": known, "about": about}, KEPT)  # type: ignore[arg-type]


def has_file() -> bool:
    """Whether a file was sent with the form."""
    return any(one.filename for one in request.files.values())


@bp.app_template_global()
def cards_after(told: Mapping[str, Any]) -> tuple[urgent.UrgentCard, ...]:
    """The cards that `help_after` asked for."""
    return urgent.cards_for(told["kinds"], nation=told["nation"])


def _here() -> str:
    """The address of this page, in the language that it is read in, without parameters that `url_for` would take for its own."""
    asked: dict[str, Any] = {
        name: values
        for name, values in request.args.to_dict(flat=False).items()
        if not name.startswith("_") and name != "endpoint"
    }
    return url_for(str(request.endpoint), **{**asked, **(request.view_args or {})})
