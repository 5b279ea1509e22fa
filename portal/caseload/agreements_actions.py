"""Noting a no, and which introductions end with an agreement."""

from collections.abc import Sequence
from uuid import UUID

from portal.core.viewer import Viewer
from portal.people import consents
from portal.people.consents import How
from portal.people.models import Person
from portal.referrals.models import Introduction
from portal.referrals.withdrawing import withdraw_consent


def refuse(person: Person, organization_id: UUID, *, how: How, by: Viewer) -> list[Introduction]:
    """A person said no to an organisation. What was agreed before ends, with all that stood under it, which is given."""
    ended = withdraw_consent(person, organization_id, by=by, how=how)
    consents.refuse(person, organization_id, how=how, by=by)
    return ended


def end_with(introductions: Sequence[Introduction], organization_id: UUID | None) -> list[Introduction]:
    """Of all introductions of a person: the open ones that end where the agreement with one organisation, or with all, ends.

    Those that were passed on from one of them end as well.
    """
    direct = {one.id for one in introductions if organization_id is None or one.organization_id == organization_id}
    reached, found = -1, set(direct)
    while reached != len(found):
        reached = len(found)
        found |= {one.id for one in introductions if one.part_of_id in found}
    return [one for one in introductions if one.id in found and one.is_open]
