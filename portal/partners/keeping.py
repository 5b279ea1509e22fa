"""What every act on partners begins with: one at a time in a programme, once for each form, and on the version that was shown."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core.errors import NotFound, Refused
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.versions import hold_version
from portal.partners.models import Programme

Row = TypeVar("Row")


def hold(programme_id: UUID) -> Programme:
    """Hold a programme until the transaction ends, so that two acts in it come one after the other."""
    wanted = select(Programme).where(Programme.id == programme_id).with_for_update()
    db.session.flush()
    found = db.session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("There is no such programme."))
    return found


def known(model: type[Row], form_key: str) -> Row | None:
    """What this form made already: the same form sent twice makes one. Asked once the programme is held."""
    return db.session.scalar(select(model).filter_by(form_key=form_key))


def added(row: Any) -> Any:
    """Put a row in once. Gives the earlier one where the same form was sent at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        before = known(type(row), row.form_key)
        if before is None:
            raise
        return before
    return row


def take(row: Any, version: int) -> None:
    """Go on only if the row is as the page showed it, and count it on. Raises Overtaken."""
    hold_version(row, version)
    row.version += 1


def check_dates(first: date, last: date | None, field: str = "ends_on") -> None:
    """Raises Refused where something would end before it begins."""
    if last is not None and last < first:
        raise Refused(field, _("The last day comes before the first. Check both."))
