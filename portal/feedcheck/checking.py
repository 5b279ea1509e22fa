"""One check of a feed, whole: the levels that were asked for, and a report that says what was found and what was not judged."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from portal.feedcheck.answering import check_answers
from portal.feedcheck.endpoints import ENDPOINTS, SERVICES, Endpoint
from portal.feedcheck.facts import Facts
from portal.feedcheck.filtering import Filters
from portal.feedcheck.findings import Findings, Level
from portal.feedcheck.getting import AtAddress, Stopped
from portal.feedcheck.gone import check_gone
from portal.feedcheck.links import Links
from portal.feedcheck.national import check_feed
from portal.feedcheck.saved import check_folder
from portal.feedcheck.telltale import Listings, Places
from portal.feedcheck.walking import Step, Walker


def check_address(
    feed: AtAddress, level: Level, *, today: date, seed: int, with_links: bool = False, step: Step = lambda _a, _b: None
) -> Findings:
    """Check a feed at its address. `seed`: what falls by chance is the same for the same seed."""
    findings, chance = Findings(level), Random(seed)
    try:
        check_feed(feed, findings, level, chance)
        if level == 3:
            _stricter(feed, findings, chance, today, with_links, step)
    except Stopped as problem:
        findings.add(level, "stopped", feed.base, str(problem), weight="error")
    findings.figures["requests"] = feed.requests
    return findings


def check_saved(folder: Path, level: Level, *, today: date) -> Findings:
    """Check a folder of saved documents. Raises FolderProblem."""
    findings, places, listings = Findings(level), Places(), Listings(today)
    seen: dict[str, bool] = {}

    def look(endpoint: Endpoint, document: Any, is_item: bool) -> None:
        if level < 3:
            return
        places.look(document, endpoint.path, findings)
        if endpoint is not SERVICES or not isinstance(document, dict):
            return
        one = document.get("id")
        if not isinstance(one, str) or one.lower() not in seen:
            listings.look(document, endpoint.path, findings)
        elif is_item:
            findings.add(3, "twice", endpoint.path, "", f"id {one}")
        if isinstance(one, str):
            seen[one.lower()] = True

    check_folder(folder, findings, level, look)
    if level == 3:
        places.finish(findings)
        listings.finish(findings)
        findings.skip("Filters, pages, headers and what is gone can be judged at an address alone.")
    return findings


def _stricter(feed: AtAddress, findings: Findings, chance: Random, today: date, with_links: bool, step: Step) -> None:
    facts, listings, links = Facts(chance), Listings(today), Links()
    walker = Walker(feed, findings, facts, listings, step)
    if with_links:
        walker.links = links.look
    try:
        walker.services(SERVICES)
        for endpoint in ENDPOINTS:
            if endpoint is not SERVICES:
                walker.others(endpoint)
        check_answers(feed, SERVICES, next(iter(facts.number), None), findings)
        Filters(feed, facts, findings).try_all()
        check_gone(feed, SERVICES, facts, findings)
        if with_links:
            links.check(feed.fetcher, findings)
    finally:
        walker.places.finish(findings)
        listings.finish(findings)
