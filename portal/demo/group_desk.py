"""What the demo's editor finds in the morning: a history, a draft, something that was sent back, and figures of a season.

Made once, after what waits for moderators; what happened to it since is left alone.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions, queries
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.demo.rows import demo_id
from portal.directory.counting import UsageCount
from portal.directory.models import Service

EDITOR, MODERATOR = "editor", "moderator"
EDITS: Sequence[tuple[int, dict[str, Any]]] = (
    (60, {"first_visit": {"lines": ["Come to the side door.", "Farida meets you.", "You can just listen."]}}),
    (21, {"how_to_join": "Just come. The first time, arrive ten minutes early."}),
    (4, {"how_to_join": "Just come. The first time, arrive ten minutes early and ask for Farida."}),
)  # fmt: skip
"""Changes of the editor's first listing, so many days ago."""
DRAFT = {"description": "A table by the window, a pot of tea, and whoever comes. We finish the crossword together and"}
SENT_BACK = {"who_for": "Everybody!"}
WORDS = "Thank you. Please say if people under 18 can come, so that nobody makes the way for nothing."
VIEWS, SAVES = (3, 9), (0, 2)
"""Fewest and most a day and listing."""
MISSED = {"food": 31, "adult-learning": 22, "transport": 14, "digital": 9}
COUNCIL = "E06000016"


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    editor = db.session.get(User, demo_id("account", EDITOR))
    moderator = db.session.get(User, demo_id("account", MODERATOR))
    if editor is None or moderator is None or db.session.scalar(select(UsageCount.day).limit(1)) is not None:
        return False
    listings = _listings_of(editor)
    if not listings:
        return False
    _edit(listings[0], editor)
    _keep(listings[-1], editor)
    _send_back(listings[-1], editor, moderator)
    _count([service.id for service in listings])
    return True


def _edit(service: Service, editor: User) -> None:
    now = clock.now()
    for days, facts in EDITS:
        change = actions.propose(service, facts, by=editor, base_version=service.version, key=None)
        at = now - timedelta(days=days, hours=2)
        change.created_at = change.submitted_at = change.decided_at = at
        change.is_sampled = False
        version = queries.version(service.id, change.version_number or 0)
        if version is not None:
            version.at = at
    if (first := queries.version(service.id, 1)) is not None:
        first.at = now - timedelta(days=90)


def _keep(service: Service, editor: User) -> None:
    draft = actions.save_draft(service, DRAFT, by=editor, base_version=service.version)
    draft.created_at = draft.changed_at = clock.now() - timedelta(days=1)


def _send_back(service: Service, editor: User, moderator: User) -> None:
    change: ChangeRequest = actions.propose(service, SENT_BACK, by=editor, base_version=service.version, key=None)
    change.created_at = change.submitted_at = clock.now() - timedelta(days=2)
    actions.send_back(change, moderator, reason="unclear", words=WORDS)


def _count(ids: Sequence[UUID]) -> None:
    """Figures of three months, the same draw each time."""
    today = clock.today()
    for back in range(1, 85):
        day = today - timedelta(days=back)
        for place, listing in enumerate(ids):
            for kind, (fewest, most) in (("viewed", VIEWS), ("saved", SAVES)):
                count = fewest + (back * 7 + place * 3) % (most - fewest + 1)
                if count:
                    db.session.add(UsageCount(day=day, kind=kind, key=str(listing), count=count))
    for need, count in MISSED.items():
        db.session.add(UsageCount(day=today - timedelta(days=9), kind="missed", key=f"{COUNCIL}/{need}", count=count))


def _listings_of(editor: User) -> list[Service]:
    organisation = next(one.organization_id for one in editor.held if one.organization_id is not None)
    wanted = select(Service).where(
        Service.organization_id == organisation, Service.status == "active", Service.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(wanted.order_by(Service.name, Service.id)))
