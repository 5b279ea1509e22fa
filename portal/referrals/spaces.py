"""Places of a service that counts them: taken when somebody is accepted, given back when it comes to nothing or ends."""

from sqlalchemy import select

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from portal.referrals.models import Introduction, ReferralSetting


class NoPlaceLeft(DomainError):
    """Two took the last place at once, and this one came second."""

    status = 409


def take(introduction: Introduction) -> None:
    """Take a place, where the service counts them. The last one makes the listing full. Raises NoPlaceLeft."""
    setting = _locked(introduction)
    if setting is None or setting.places is None or introduction.took_space:
        return
    if setting.places < 1:
        raise NoPlaceLeft(
            _("There is no place left. Put the person on the waiting list, or add a place to the listing.")
        )
    setting.places -= 1
    introduction.took_space = True
    if setting.places == 0:
        _say(introduction, "full")


def give_back(introduction: Introduction) -> None:
    """Give a place back that was taken."""
    if not introduction.took_space:
        return
    introduction.took_space = False
    setting = _locked(introduction)
    if setting is None or setting.places is None:
        return
    setting.places += 1
    if setting.places == 1:
        _say(introduction, "space")


def _locked(introduction: Introduction) -> ReferralSetting | None:
    if introduction.service_id is None:
        return None
    wanted = select(ReferralSetting).where(ReferralSetting.service_id == introduction.service_id)
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def _say(introduction: Introduction, state: str) -> None:
    service = db.session.get(Service, introduction.service_id)
    if service is not None:
        service.space_state = state  # type: ignore[assignment]
        service.space_full_until, service.space_weeks, service.space_said_at = None, None, clock.now()
        listing_changed(service.id)
