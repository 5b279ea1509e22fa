"""What tests of huddles send: the form of an opened case as a browser would send it."""

from typing import Any

from tests.support.page import Page


def fill(page: Page, action: str, **typed: str) -> dict[str, str]:
    """What a browser would send of the form with this address: the boxes as they stand, but for what was typed."""
    form = page.one(f'form[action="{action}"]')
    told: dict[str, Any] = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    told |= {one["name"]: one.get_text().removeprefix("\n") for one in form.select("textarea")}
    for one in form.select("select"):
        chosen = one.select("option[selected]") or one.select("option")
        told[one["name"]] = chosen[0]["value"]
    return told | {"do": "save"} | typed


def day(name: str, told: str) -> dict[str, str]:
    """The three boxes of a day like "2026-12-01"."""
    year, month, number = told.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}
