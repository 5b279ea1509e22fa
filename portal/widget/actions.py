"""What administrators do with the websites that may show our listings. Each act is in the audit chain."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.errors import DomainError, Overtaken
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.widget.models import WidgetKey

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another: a key is read from a screen at times."""
KEY_LENGTH = 12
MOST = 500


@dataclass(frozen=True)
class Told:
    """A website as it was typed and read."""

    name: str
    sites: Sequence[str]
    filters: Mapping[str, object]
    languages: Sequence[str]
    colours: str
    is_on: bool
    allows_local: bool


def add(told: Told, *, form_key: str, by: Viewer) -> WidgetKey:
    """Let a website show our listings. The same form sent twice makes one."""
    known = _of_form(form_key)
    if known is not None:
        return known
    if len(db.session.scalars(select(WidgetKey.id)).all()) >= MOST:
        raise DomainError(_("There are %(most)s websites already. Switch off and reuse one.", most=MOST))
    made = WidgetKey(key=_new_key(), form_key=form_key)
    _write(made, told)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # the other of two sendings was first
        known = _of_form(form_key)
        if known is None:
            raise
        return known
    audit.record("widget.added", made, by=by, details=_shown(told))
    return made


def change(widget_id: UUID, told: Told, *, version: int, by: Viewer) -> WidgetKey:
    """Change a website. Raises Overtaken where `version` is not the newest."""
    found = db.session.scalars(select(WidgetKey).where(WidgetKey.id == widget_id).with_for_update()).one()
    if found.version != version:
        sentence = _("Somebody else changed this while you had it open. Look at both, then save again.")
        raise Overtaken(sentence, version=found.version)
    _write(found, told)
    found.version, found.changed_at = found.version + 1, clock.now()
    audit.record("widget.changed", found, by=by, details=_shown(told))
    return found


def switch(widget_id: UUID, *, is_on: bool, by: Viewer) -> None:
    """Stop a website showing our listings, or let it again."""
    found = db.session.scalars(select(WidgetKey).where(WidgetKey.id == widget_id).with_for_update()).one()
    if found.is_on == is_on:
        return
    found.is_on, found.version, found.changed_at = is_on, found.version + 1, clock.now()
    audit.record("widget.switched_on" if is_on else "widget.switched_off", found, by=by)


def _of_form(form_key: str) -> WidgetKey | None:
    return db.session.scalar(select(WidgetKey).where(WidgetKey.form_key == form_key))


def _new_key() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(KEY_LENGTH))


def _write(row: WidgetKey, told: Told) -> None:
    row.name, row.sites, row.filters = told.name, list(told.sites), dict(told.filters)
    row.languages, row.colours = list(told.languages), told.colours
    row.is_on, row.allows_local = told.is_on, told.allows_local


def _shown(told: Told) -> dict[str, object]:
    return {"sites": list(told.sites), "is_on": told.is_on, "allows_local": told.allows_local}
