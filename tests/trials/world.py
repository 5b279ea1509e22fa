"""A city with two neighbourhoods, somebody who coordinates there, and trials."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.remembered import forget
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.trials.models import Trial
from tests.factories import Make
from tests.grants.world import make_area

QUESTION = {"slot": "neighbourhood-question", "texts": {"en": "Is it easy to find?"}, "answers": {"en": ["Yes", "No"]}}


@dataclass
class World:
    """It is Monday 23 November 2026. `here` is the neighbourhood of LE2 0QB."""

    make: Make
    area: NeighbourhoodSet
    here: Neighbourhood
    there: Neighbourhood
    code: str
    coordinator: User

    def trial(self, **told: Any) -> Trial:
        """A trial of the question above the search box, since yesterday."""
        columns = {
            "slot": "search-label", "neighbourhood_id": self.here.id, "area": "leicester", "starts_on": date(2026, 11, 22),
            "ends_on": date(2026, 12, 20), "texts": {"en": "What would help you?"}, "hope": "More look.",
            "measure": "opens",
        } | told  # fmt: skip
        made = Trial(**columns)
        db.session.add(made)
        db.session.commit()
        forget()
        return made


def world(make: Make) -> World:
    """Leicester with its coordinator."""
    found = locate("LE2 0QB")
    assert isinstance(found, Place) and found.neighbourhood_code
    area = make_area("leicester", "Leicester team areas", {"Here": found.neighbourhood_code, "There": "E02002842"})
    here, there = sorted(area.neighbourhoods, key=lambda one: one.name)
    coordinator = make.user("team-coordinator", area="leicester", name="Lena Fitch")
    return World(make, area, here, there, found.neighbourhood_code, coordinator)


def typed(place: Neighbourhood, **told: str) -> dict[str, str]:
    """A trial as somebody types it."""
    return {
        "slot": "search-label", "neighbourhood": str(place.id), "measure": "opens", "hope": "More look.",
        "starts_on": "2026-12-07", "weeks": "4",
        "text_en": "What would help you?", "answers_en": "", "text_cy": "", "answers_cy": "", "text_ur": "", "answers_ur": "",
    } | told  # fmt: skip
