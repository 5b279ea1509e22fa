"""Who hears of a move: the referrer, the person, the group, the practice, the team. All get a reference and a link alone."""

from collections.abc import Iterable
from uuid import UUID

from portal.people.models import Person
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.transitions import Tell


def tell(introduction: Introduction, verb: str, tells: Iterable[Tell], *, event: IntroductionEvent, by: Actor) -> None:
    """Write to everyone whom the table names for this move."""


def unsay(person: Person, organization_id: UUID | None) -> None:
    """Take back what waits to be sent about a person: to one organisation, or to anybody and themselves."""
