"""Roles and what each may do, as one table. Proofs: `docs/assurance.md` A1, A5, A7; for operators: `docs/admin.md`.

A role is held for an organisation, for an area, or everywhere. A new role is a row here.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission as May

Scope = Literal["global", "organisation", "area"]


class Role(StrEnum):
    """What somebody is to an organisation, an area, or the whole site."""

    ADMINISTRATOR = "administrator"
    MODERATOR = "moderator"
    LEAD = "lead"
    EDITOR = "editor"
    GROUP_WORKER = "group-worker"
    SAFEGUARDING_LEAD = "safeguarding-lead"
    REFERRER = "referrer"
    LINK_WORKER = "link-worker"
    TEAM_COORDINATOR = "team-coordinator"
    TEAM_MEMBER = "team-member"
    LEAD_PROVIDER = "lead-provider"
    COMMISSIONER = "commissioner"
    INFORMATION_GOVERNANCE = "information-governance"


@dataclass(frozen=True)
class Times:
    """How long a session lasts: without a request, and in all."""

    idle: timedelta
    longest: timedelta


CHARITY = Times(timedelta(hours=12), timedelta(days=7))
PEOPLES_DATA = Times(timedelta(minutes=30), timedelta(hours=12))


@dataclass(frozen=True)
class Rules:
    """What goes with a role. `may_grant`: the roles that its holder may give to others, within the same scope."""

    label: LazyString
    scope: Scope
    permissions: frozenset[May] = frozenset()
    needs_second_factor: bool = True
    times: Times = PEOPLES_DATA
    may_grant: frozenset[Role] = frozenset()


ROLES: dict[Role, Rules] = {
    Role.ADMINISTRATOR: Rules(
        _l("Administrator"),
        "global",
        frozenset(
            {
                May.USERS_MANAGE,
                May.SITE_MANAGE,
                May.DIRECTORY_STAFF,
                May.PEOPLE_MANAGE,
                May.TRUST_EDITORS,
                May.INSIGHT_READ,
            }
        ),
        may_grant=frozenset(Role),
    ),
    Role.MODERATOR: Rules(
        _l("Moderator"),
        "area",
        frozenset(
            {May.MODERATE, May.LISTING_CHANGE, May.DIRECTORY_STAFF, May.TRUST_EDITORS, May.INSIGHT_READ}
            | {May.VOICE_ANSWER, May.BUNDLES_CURATE}
        ),
    ),
    Role.LEAD: Rules(
        _l("Lead of an organisation"),
        "organisation",
        frozenset({May.PEOPLE_MANAGE, May.LISTING_EDIT, May.LISTING_CHANGE}),
        times=CHARITY,
        may_grant=frozenset({Role.LEAD, Role.EDITOR, Role.GROUP_WORKER, Role.SAFEGUARDING_LEAD}),
    ),
    Role.EDITOR: Rules(
        _l("Editor"),
        "organisation",
        frozenset({May.LISTING_EDIT, May.LISTING_CHANGE}),
        needs_second_factor=False,
        times=CHARITY,
    ),
    Role.GROUP_WORKER: Rules(_l("Group worker"), "organisation", frozenset({May.INTRODUCTION_ANSWER})),
    Role.SAFEGUARDING_LEAD: Rules(
        _l("Safeguarding lead"), "organisation", frozenset({May.SAFETY_READ, May.GLASS_BREAK})
    ),
    Role.REFERRER: Rules(_l("Referrer"), "organisation", frozenset({May.DIRECTORY_STAFF, May.HAND_OVER})),
    Role.LINK_WORKER: Rules(
        _l("Link worker"),
        "organisation",
        frozenset({May.DIRECTORY_STAFF, May.CASELOAD, May.GLASS_BREAK, May.INSIGHT_READ}),
    ),
    Role.TEAM_COORDINATOR: Rules(
        _l("Team coordinator"),
        "area",
        frozenset(
            {May.DIRECTORY_STAFF, May.COORDINATE, May.TEAM_WORK, May.INSIGHT_READ}
            | {May.VOICE_ANSWER, May.BUNDLES_CURATE, May.TRIALS_MANAGE}
        ),
        may_grant=frozenset({Role.TEAM_MEMBER}),
    ),
    Role.TEAM_MEMBER: Rules(_l("Team member"), "area", frozenset({May.DIRECTORY_STAFF, May.TEAM_WORK})),
    Role.LEAD_PROVIDER: Rules(
        _l("Lead provider"),
        "organisation",
        frozenset(
            {May.DIRECTORY_STAFF, May.INSIGHT_READ, May.FIGURES_READ}
            | {May.PARTNERS_READ, May.PARTNERS_MANAGE, May.GRANTS_MANAGE}
        ),
    ),
    Role.COMMISSIONER: Rules(
        _l("Commissioner"),
        "area",
        frozenset({May.DIRECTORY_STAFF, May.INSIGHT_READ, May.FIGURES_READ, May.PARTNERS_READ, May.GRANTS_MANAGE}),
    ),
    Role.INFORMATION_GOVERNANCE: Rules(
        _l("Information governance"), "global", frozenset({May.AUDIT_READ, May.RECORDS_GOVERN})
    ),
}


def roles_with(permission: May) -> tuple[str, ...]:
    """The names of the roles that give a permission, as memberships hold them."""
    return tuple(role.value for role, rules in ROLES.items() if permission in rules.permissions)
