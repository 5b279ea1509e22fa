"""An end that is set is never moved to a later day: another team, or an organisation that let somebody go, relies on it."""

from datetime import date

from sqlalchemy import select

from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import full_date
from portal.teams.models import TeamMember, TeamPatch

GONE = {
    TeamPatch: _l("This team does not cover that neighbourhood."),
    TeamMember: _l("There is no such member here."),
}


class EndsAlready(DomainError):
    """What is to end on a day ends before it already."""


def never_later(row: TeamPatch | TeamMember, until: date) -> None:
    """Hold a row and read it anew. Raises EndsAlready where it ends before a day, NotFound where it is gone."""
    kind = type(row)
    wanted = select(kind).where(kind.id == row.id).with_for_update(of=kind).execution_options(populate_existing=True)
    if db.session.scalar(wanted) is None:
        raise NotFound(str(GONE[kind]))
    if row.valid_to is not None and until > row.valid_to:
        raise EndsAlready(
            _("This ends on %(day)s already. Enter that day or an earlier one", day=full_date(row.valid_to))
        )
