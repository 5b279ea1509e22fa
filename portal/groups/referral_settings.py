"""How a listing takes referrals, as its group sets it."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from portal.core import audit
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.tokens import hash_of
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.referrals.models import ReferralSetting
from portal.referrals.sending import setting_of

LETTERS = 16


class SettingMoved(DomainError):
    """It changed since the page was shown: a colleague, or somebody who was accepted and took a place."""

    status = 409


@dataclass(frozen=True)
class Setting:
    """What can be set. `places` None: not counted. `serves`: first halves of postcodes; none for everywhere."""

    is_open: bool = True
    has_waiting_list: bool = True
    places: int | None = None
    questions: tuple[str, ...] = ()
    asks_birth_date: str | None = None
    serves: tuple[str, ...] = ()


def version_of(row: ReferralSetting) -> str:
    """Changes with everything that can be set."""
    told = (row.is_open, row.has_waiting_list, row.places, list(row.questions), row.asks_birth_date, list(row.serves))
    return hash_of(repr(told))[:LETTERS]


def change(service: Service, new: Setting, *, version: str, by: Viewer) -> None:
    """Set it. Raises SettingMoved; then nothing is saved."""
    wanted = select(ReferralSetting).where(ReferralSetting.service_id == service.id).with_for_update()
    row = db.session.scalar(wanted.execution_options(populate_existing=True))
    if version_of(row or setting_of(service.id)) != version:
        raise SettingMoved(
            _("This changed while you were writing. Look at what stands now, then save yours again if it is right.")
        )
    if row is None:
        row = ReferralSetting(service_id=service.id)
        db.session.add(row)
    before = version_of(setting_of(service.id))
    row.is_open, row.has_waiting_list, row.places = new.is_open, new.has_waiting_list, new.places
    row.questions, row.serves = list(new.questions), list(new.serves)
    row.asks_birth_date = new.asks_birth_date
    if before != version_of(row):
        details = {
            name: value for name, value in asdict(new).items() if name in {"is_open", "has_waiting_list", "places"}
        }
        audit.record("listing.referrals_set", service, by=by, details=details)
