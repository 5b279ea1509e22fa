"""What most tests of handovers need: a practice, its referrer, and the link worker team that takes its patients."""

import pytest

from portal.core.extensions import db
from portal.organisations.models import Organization
from portal.referrals.models import Introduction, LinkTeam
from tests.factories import Make
from tests.support.people import make_user
from tests.support.referrals import NUMBER, make_team


class Surgery:
    """A practice with a referrer, a team with a link worker, and what is typed to hand somebody over."""

    def __init__(self, practice: Organization, team: Organization) -> None:
        self.practice, self.team = practice, team
        make_team(team, practices=(practice.id,))
        self.referrer = make_user("referrer", organisation=practice, name="Dr Wilf Carraway")
        self.worker = make_user("link-worker", organisation=team, name="Lena Arkwright")

    @property
    def typed(self) -> dict[str, object]:
        """As somebody fills the page in."""
        return {
            "name": "Quilla Vantongeren", "who": "999 000 0018", "contact": "07700 900 982", "ways": ["phone"],
            "reason": "Company, and a reason to go out.", "agreed": "spoken", "key": "k" * 32,
        }  # fmt: skip

    @property
    def link_team(self) -> LinkTeam:
        """The team as it takes handovers."""
        return db.session.get_one(LinkTeam, self.team.id)


@pytest.fixture
def surgery(make: Make) -> Surgery:
    """The practice and its team."""
    return Surgery(make.organisation("Tannery Row Surgery"), make.organisation("Saffron Vale Link Workers"))


def handed_over() -> list[Introduction]:
    """All handovers there are."""
    return db.session.query(Introduction).order_by(Introduction.created_at).all()


__all__ = ["NUMBER", "Surgery", "handed_over"]
