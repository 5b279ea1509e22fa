"""People of the demo who asked for themselves: one with a page to open, one through a carer, one who asked for a link worker.

Made once by the same acts as on the pages, on days of the past. All names are invented.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.demo.referring import FIRST_GROUPS
from portal.demo.rows import demo_id
from portal.directory.models import Service
from portal.notifications.models import OutboxMessage
from portal.referrals.models import LinkTeam, Referral
from portal.selfreferral import actions
from portal.selfreferral.actions import Asked
from portal.selfreferral.standing import door_of

REFERENCE, CODE = "K7PH4MWX", "246810"
"""With these the page `/my-referral` of the demo opens. They are no secret."""
KEY = "demo-asking-0000000000000"
ORINTHIA: dict[str, Any] = {
    "who": "me", "given_name": "Orinthia", "family_name": "Bexcombe", "age_group": "65-over", "postcode": "LE2 0QB",
    "words": "I used to sing in a choir. I would like company on a weekday, and somebody at the door the first time.",
    "needs": ["loneliness"], "ways": ["phone"], "phone": "07700 900 127", "voicemail": "no", "best_times": "Mornings",
    "language": "en", "formats": ["large-print"], "agreed": "yes", "wait": "yes",
}  # fmt: skip
TADHG: dict[str, Any] = {
    "who": "carer", "given_name": "Tadhg", "family_name": "Winterbourne", "age_group": "18-25", "postcode": "LE2 0QB",
    "words": "He likes being outdoors and finds new people hard. A small group would suit him.",
    "needs": ["nature-gardening"], "ways": ["through-me"], "voicemail": "yes", "language": "en", "agreed": "spoken",
    "my_name": "Isolde Winterbourne", "my_phone": "07700 900 133", "wait": "yes",
}  # fmt: skip
PERPETUA: dict[str, Any] = {
    "who": "me", "given_name": "Perpetua", "family_name": "Ashdown-Rao", "age_group": "50-64", "postcode": "LE2 0QB",
    "practice": "Tannery Row Surgery", "words": "Since I stopped work the days are long, and the bills worry me.",
    "needs": ["debt"], "ways": ["phone", "text"], "phone": "07700 900 141", "voicemail": "yes", "language": "gu",
    "interpreter": True,
}  # fmt: skip


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    if db.session.scalar(select(Referral.id).where(Referral.reference == REFERENCE)) is not None:
        return False
    with clock.freeze(clock.now() - timedelta(days=1)):
        own = _ask(0, ORINTHIA)
        _ask(1, TADHG)
        team = db.session.scalar(select(LinkTeam).where(LinkTeam.is_active).order_by(LinkTeam.organization_id))
        if team is not None:
            actions.ask_link_worker(team, PERPETUA, by=Asked("en", f"{KEY}-team"), nation="england")
    if own is not None:
        own.reference, own.code = REFERENCE, CODE
    _forget_messages()
    return own is not None


def _ask(place: int, told: dict[str, Any]) -> Referral | None:
    """Ask the first group, in the order of the demo's own, that takes anybody."""
    organisations = [demo_id("organization", "leicester", name) for name in FIRST_GROUPS[place:]]
    wanted = select(Service).where(Service.organization_id.in_(organisations), Service.status == "active")
    rows = sorted(db.session.scalars(wanted), key=lambda one: (organisations.index(one.organization_id), one.name))
    for service in rows:
        door = door_of(service.id)
        if door is not None and door.flow is not None and door.why_not is None:
            key = f"{KEY}-{place}"
            actions.send_referral(door.flow, told, by=Asked("en", key))
            return db.session.scalar(select(Referral).where(Referral.form_key == key))
    return None


def _forget_messages() -> None:
    """What yesterday would have written to people was read by now."""
    before = clock.now() - timedelta(minutes=5)
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.created_at < before))
    db.session.execute(delete(Job).where(Job.name.like("notifications.%"), Job.created_at < before))
