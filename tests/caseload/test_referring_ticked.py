"""Referring to several groups that were ticked among the results: none, and more than may be."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask

from tests.factories import Make
from tests.support.people import browser_as
from tests.support.referrals import World


def test_with_nothing_ticked_one_is_back_at_the_results_and_told_why(
    sqlite_app: Flask, loop: World, index_now: Callable[[], None]
) -> None:
    worker, record = browser_as(sqlite_app, loop.worker), f"/clients/{loop.person.reference}"
    way = f"{record}/refer"
    index_now()
    worker.get(f"{record}/find", expect=303)
    results = worker.get("/services?topic=loneliness&sort=soonest")
    back = str(results.one('#refer-ticked input[name="next"]')["value"])
    again = worker.follow(worker.get(f"{way}?{urlencode({'next': back})}", expect=303))
    assert "Tick a group first" in again.text
    assert again.one("#sort option[selected]")["value"] == "soonest"
    in_welsh = str(worker.get("/cy/services?topic=loneliness").one('#refer-ticked input[name="next"]')["value"])
    assert in_welsh.startswith("/cy/services?")
    elsewhere = worker.get(f"{way}?{urlencode({'next': 'https://elsewhere.example.org/'})}", expect=303)
    assert elsewhere.headers["Location"] == f"{record}/find"


def test_more_than_three_are_cut_and_that_is_said(sqlite_app: Flask, loop: World, make: Make) -> None:
    worker, way = browser_as(sqlite_app, loop.worker), f"/clients/{loop.person.reference}/refer"
    services = [("service", make.service(f"Table {number}", organisation=loop.group).id) for number in range(4)]
    assert "Only the first 3" in worker.get(f"{way}?{urlencode(services)}").text
    assert "Only the first" not in worker.get(f"{way}?{urlencode(services[:3])}").text
