"""Who acts on an introduction, and as what: a user by the roles they hold, a person or a group by a link, or the clock."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.referrals.models import Introduction
from portal.referrals.transitions import TRANSITIONS, Who

Channel = Literal["web", "e-mail-link", "api", "import", "system"]


@dataclass(frozen=True)
class Actor:
    """Somebody as they act. `organization_id`: for whom. `link_id`: the link by which they came, if any."""

    who: Who
    channel: Channel = "web"
    user: Viewer | None = None
    organization_id: UUID | None = None
    link_id: UUID | None = None

    @property
    def by(self) -> Viewer | str | None:
        """As the audit chain names them."""
        if self.user is not None:
            return self.user
        return None if self.who is Who.SYSTEM else "person"

    @property
    def kind(self) -> str:
        """As an event names them."""
        if self.user is not None:
            return "user"
        return "job" if self.who is Who.SYSTEM else "person"


SYSTEM = Actor(Who.SYSTEM, channel="system")


def person(link_id: UUID | None = None) -> Actor:
    """The person, by their reference and code or by a link."""
    return Actor(Who.PERSON, channel="e-mail-link" if link_id else "web", link_id=link_id)


def group_by_link(introduction: Introduction, link_id: UUID) -> Actor:
    """Whoever a group's link was sent to. They are not signed in."""
    return Actor(Who.PROVIDER, channel="e-mail-link", organization_id=introduction.organization_id, link_id=link_id)


def parts_of(viewer: Viewer, introduction: Introduction) -> dict[Who, UUID | None]:
    """What a signed-in user is to an introduction, and for which organisation. Empty for strangers."""
    found: dict[Who, UUID | None] = {}
    asked, to = introduction.referral.organization_id, introduction.organization_id
    holds = introduction.person.organization_id
    answers_as = Permission.CASELOAD if introduction.kind == "link-work" else Permission.INTRODUCTION_ANSWER
    if viewer.can(answers_as, organisation_id=to):
        found[Who.PROVIDER] = to
        if _is_lead(viewer, to):
            found[Who.LEAD] = to
    if holds is not None and viewer.can(Permission.CASELOAD, organisation_id=holds):
        found[Who.LINK_WORKER] = holds
    if asked is not None and any(
        viewer.can(permission, organisation_id=asked) for permission in (Permission.HAND_OVER, Permission.CASELOAD)
    ):
        found[Who.REFERRER] = asked
    if viewer.can(Permission.RECORDS_GOVERN) or viewer.can(Permission.SAFETY_READ, organisation_id=to):
        found[Who.GOVERNANCE] = to
    return found


def acting(viewer: Viewer, introduction: Introduction, verb: str) -> Actor | None:
    """The viewer as whoever may do this; None where nothing that they are may."""
    parts = parts_of(viewer, introduction)
    for who in Who:
        if who in parts and who in TRANSITIONS[verb].by:
            return Actor(who, user=viewer, organization_id=parts[who])
    return None


def is_of(by: Actor, introduction: Introduction) -> bool:
    """Whether they act for the organisation of their part. A person, a clock and whoever governs all of them act for none."""
    if by.who in {Who.PROVIDER, Who.LEAD}:
        return by.organization_id == introduction.organization_id
    if by.who is Who.GOVERNANCE:
        return by.organization_id in {None, introduction.organization_id}
    holds, asked = introduction.person.organization_id, introduction.referral.organization_id
    if by.who is Who.LINK_WORKER:
        return by.organization_id == holds
    return by.who is not Who.REFERRER or by.organization_id in {None, holds, asked}


def _is_lead(viewer: Viewer, organization_id: UUID) -> bool:
    held = viewer.held if isinstance(viewer, User) else []
    return any(one.role == Role.LEAD and one.organization_id == organization_id for one in held)
