"""A website that may show our listings, and something to show."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from portal.core.extensions import db
from portal.widget.models import WidgetKey
from tests.factories import Make

KEY = "librarywidge"
SITE = "https://www.library.example.org"


@pytest.fixture
def widget(active_app: Any) -> Callable[..., WidgetKey]:
    """Makes a key. By itself it is on, for one site."""

    def made(key: str = KEY, **columns: Any) -> WidgetKey:
        told = {"name": "Larkfield Library", "sites": [SITE], "colours": "ours", "languages": [], "filters": {}}
        row = WidgetKey(key=key, **{**told, **columns})
        db.session.add(row)
        db.session.commit()
        return row

    return made


@pytest.fixture
def table(make: Make, index_now: Callable[[], None]) -> UUID:
    """Twelve services near LE2 with all that a card and a page can show; the id of one."""
    place = make.location(access={"step_free": True, "parking": False})
    for number in range(12):
        one = make.service(
            f"Tuesday Table {number}",
            location=place,
            needs=["loneliness", "food"],
            summary="Eat together in the company of neighbours, with a host who meets you at the door, every week.",
            description="A long table, a hot meal and no questions. " * 8,
            sessions=[make.session("MO,TU,WE,TH,FR,SA,SU", "18:00", "23:00")],
            first_visit=["A host in a green scarf meets you.", "You can leave at any time."],
            phone="0116 496 0142",
            email="hello@larkfield.example.org",
            url="https://larkfield.example",
            languages=["en", "gu", "ur"],
            cost=300,
        )
    one_id: UUID = one.id
    index_now()
    return one_id
