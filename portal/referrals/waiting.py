"""The waiting list of a service: who stands where, when a place is expected, and when somebody looks again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.referrals import events
from portal.referrals.actors import Actor
from portal.referrals.guards import Refused
from portal.referrals.models import Introduction
from portal.referrals.moving import WrongState, lock
from portal.referrals.states import State


def move_in_list(introduction: Introduction, place: int, expected_on: date, review_on: date, *, by: Actor) -> None:
    """Put somebody at this place of the list, counted from 1; the others close up. Both dates lie in the future.

    It leaves an event, and the state as it is. Raises WrongState, Refused.
    """
    for name, day in (("expected_on", expected_on), ("review_on", review_on)):
        if day <= clock.today():
            raise Refused(name, _("Enter a date in the future"), about=name)
    several = _locked(introduction)
    lock(introduction)
    if State(introduction.state) is not State.WAITING_LIST:
        raise WrongState(_("This has changed since. Reload the page to see where it stands."))
    others = [one for one in several if one.id != introduction.id]
    if not 1 <= place <= len(others) + 1:
        raise Refused("place", _("Enter a place from 1 to %(last)s", last=len(others) + 1), about="place")
    before = place_of(introduction)
    for number, one in enumerate([*others[: place - 1], introduction, *others[place - 1 :]], 1):
        one.waiting_place = number
    introduction.place_expected_on, introduction.review_on = expected_on, review_on
    introduction.version += 1
    introduction.changed_at = clock.now()
    details = {"from": before, "to": place, "expected_on": expected_on.isoformat()}
    events.add(introduction, "moved_in_list", by=by, before=introduction.state, details=details)
    db.session.flush()


def place_of(introduction: Introduction) -> int:
    """Where somebody stands in the list of their service, counted from 1."""
    ids = [one.id for one in db.session.scalars(_list_of(introduction))]
    return ids.index(introduction.id) + 1 if introduction.id in ids else 0


def length_of(introduction: Introduction) -> int:
    """How many stand in the list of the service."""
    return len(db.session.scalars(_list_of(introduction)).all())


def _locked(introduction: Introduction) -> Sequence[Introduction]:
    """The whole list, held: of two who sort it at once the second waits."""
    wanted = _list_of(introduction).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(wanted).all()


def _list_of(introduction: Introduction) -> Select[Introduction]:
    return (
        select(Introduction)
        .where(
            Introduction.service_id == introduction.service_id,
            Introduction.organization_id == introduction.organization_id,
            Introduction.state == State.WAITING_LIST.value,
        )
        .order_by(Introduction.waiting_place, Introduction.waiting_since, Introduction.id)
    )
