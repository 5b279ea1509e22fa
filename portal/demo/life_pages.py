"""Pages for a situation in life in the demo, three and more in its three areas; and groups that take urgent requests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import User
from portal.accounts.queries import user_by_email
from portal.bundles import actions
from portal.bundles.actions import BundleTold, SectionTold
from portal.bundles.models import Bundle, BundlePin
from portal.core import clock
from portal.core.extensions import db
from portal.demo import content
from portal.demo.accounts import MAIL
from portal.directory.models import ForStaff, Service

URGENT = (
    "The Lantern Room Evening Cafe",
    "Open Door Belgrave",
    "Late Light Cafe",
    "Evening Haven Epsom",
    "Home from Hospital",
)
"""Services that take urgent requests on the same day, as staff alone read."""
SEARCHED_ANYWHERE = {"text": "", "carer_title": "", "carer_text": "", "filters": {}, "within": ""}
GONE = "Riverside Pensioners' Hall"
"""It has closed, and was pinned on the first page: its keeper is told."""


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    if db.session.scalar(select(exists().where(Bundle.id.is_not(None)))):
        return False
    for number, told in enumerate(content.life_pages()):
        owner = user_by_email(f"{told['owner']}@{MAIL}")
        if owner is not None:
            _make(told, f"demo-life-page-{number:02d}-{'k' * 8}", owner)
    for service in _named(URGENT):
        service.for_staff = ForStaff(takes_urgent=True, said_at=clock.now() - timedelta(days=12))
    return True


def _make(told: dict[str, Any], key: str, owner: User) -> None:
    today = clock.today()
    bundle = actions.make(
        BundleTold(
            title=told["title"], area=told["area"], near=told["near"], intro=told["intro"],
            carer_intro=told.get("carer_intro", ""), lang="en", kept_by=told["kept_by"], owner_id=owner.id,
            review_by=today + timedelta(days=max(told["review_in"], 1)),
        ),
        form_key=key, by=owner,
    )  # fmt: skip
    for number, one in enumerate(told["sections"]):
        words = {name: value for name, value in one.items() if name != "pin"}
        section = actions.add_section(
            bundle, SectionTold(**{**SEARCHED_ANYWHERE, **words}), form_key=f"{key}-{number}", by=owner
        )
        for service in _named(tuple(one.get("pin", ()))):
            actions.pin(section, service.id, version=bundle.version, by=owner)
    actions.publish(bundle, version=bundle.version, by=owner)
    bundle.review_by = today + timedelta(days=told["review_in"])
    if key.startswith("demo-life-page-00"):
        for position, closed in enumerate(_named((GONE,)), 9):
            bundle.sections[1].pins.append(BundlePin(service_id=UUID(str(closed.id)), position=position))


def _named(names: tuple[str, ...]) -> list[Service]:
    """Services of these names, one each, in their order."""
    found: dict[str, Service] = {}
    for service in db.session.scalars(select(Service).where(Service.name.in_(names)).order_by(Service.id)):
        found.setdefault(service.name, service)
    return [found[name] for name in names if name in found]
