"""The demo's pages for a situation in life name services that its own searches find."""

from typing import Any

import pytest

from portal.demo import content
from portal.demo.offers import offers

PAGES = content.life_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page["title"]))
def test_each_pinned_service_is_one_of_the_demo_and_helps_with_a_need_of_its_section(page: dict[str, Any]) -> None:
    needs = {offer.name: set(offer.seed.needs) for offer in offers()}
    for section in page["sections"]:
        for name in section.get("pin", ()):
            assert needs[name] & set(section["needs"]), f"{name} in {section['title']}"
        assert len(section.get("pin", ())) <= section["most"], section["title"]


def test_who_comes_home_from_hospital_reads_of_somebody_who_was_asked_this_month() -> None:
    pinned = {
        name for page in PAGES for one in page["sections"] for name in one.get("pin", ()) if "hospital" in page["title"]
    }
    first = next(offer for offer in offers() if offer.name == "Home from Hospital")
    assert first.name in pinned and first.seed.extra["fresh"] == "this_month"
