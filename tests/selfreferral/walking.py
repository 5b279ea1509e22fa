"""Filling in the pages as a visitor does."""

from typing import Any

from tests.support.page import Browser, Page

WORDS = "Company, and a reason to go out."
REFER: dict[str, dict[str, Any]] = {
    "who": {"who": "me"},
    "person": {
        "given_name": "Quilla", "family_name": "Vantongeren", "age_group": "65-over", "postcode": "le20qb",
    },
    "help": {"words": WORDS, "needs": ["loneliness"]},
    "contact": {
        "ways": ["phone", "e-mail"], "phone": "07700 900 982", "email": "quilla.v@people.example.org", "voicemail": "no",
        "language": "gu", "interpreter": "y", "formats": ["large-print"], "best_times": "Mornings",
    },
    "safety": {"safety_note": ""},
    "agreement": {"agreed": "yes"},
}  # fmt: skip
LINK_WORKER: dict[str, dict[str, Any]] = {
    "where": {"postcode": "LE2 0QB", "practice": "Mill Lane Surgery"},
    "about": {"who": "me", "given_name": "Quilla", "family_name": "Vantongeren", "age_group": "65-over"},
    "help": {"words": WORDS},
    "contact": REFER["contact"],
}


def walk(browser: Browser, start: str, pages: dict[str, dict[str, Any]], **changed: dict[str, Any]) -> Page:
    """Answer each page; gives the page to check."""
    page = browser.get(start)
    for name, answers in pages.items():
        page = browser.follow(browser.post(f"{start}/{name}", answers | changed.get(name, {}), expect=303))
    return page


def send(browser: Browser, start: str, page: Page, **more: str) -> Page:
    """Press the button of the page to check; gives the last page."""
    told = page.form(f"{start}/send")
    return browser.follow(browser.post(f"{start}/send", told | more, expect=303))


def code_of(page: Page) -> tuple[str, str]:
    """The reference and the code that the last page says."""
    reference, code = page.words(".asking__code")
    return reference, code
