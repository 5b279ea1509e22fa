"""Levels 1 and 2: what the national validator of Open Referral UK asks of a feed, with its own sampling.

Of each list the first, the middle and the last page, and at most ten of the ids on the first page, by chance.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from portal.feedcheck.endpoints import BASE, ENDPOINTS, Endpoint
from portal.feedcheck.findings import Findings, Level
from portal.feedcheck.getting import AtAddress, Got, id_path
from portal.feedcheck.judging import judge_of_base
from portal.feedcheck.paging import Envelope, contents_of, judge_envelope, judge_items, judge_one
from portal.openreferral.ids import told_id
from portal.openreferral.schemas import VERSION

MOST_IDS = 10


def check_feed(feed: AtAddress, findings: Findings, level: Level, chance: Random) -> None:
    """Judge a feed at level 1, or at levels 1 and 2. Raises Stopped."""
    judge_base(feed.get(f"{BASE}"), findings)
    for endpoint in ENDPOINTS:
        if endpoint.level <= level:
            ids = _check_list(feed, endpoint, findings)
            _check_some(feed, endpoint, ids, findings, chance)


def judge_base(got: Got, findings: Findings) -> None:
    """Judge what the base address says."""
    if not note_problem(got, findings, 1, BASE):
        judge_details(got.document, findings)


def judge_details(document: Any, findings: Findings) -> None:
    """Judge what the base address said."""
    for broken in judge_of_base().broken(document):
        findings.add(1, broken.fault, BASE, broken.sentence, broken.value)
    version = document.get("version") if isinstance(document, dict) else None
    if isinstance(version, str) and version != VERSION:
        findings.add(1, "version", BASE, "", version)


def note_problem(got: Got, findings: Findings, level: Level, where: str, example: str = "") -> bool:
    """Whether there is no document, which is noted."""
    if got.problem is None:
        return False
    findings.add(level, "unreachable" if got.is_json else "not_json", where, got.problem, example)
    return True


def _check_list(feed: AtAddress, endpoint: Endpoint, findings: Findings) -> Sequence[str]:
    """Judge the first, the middle and the last page. Gives the ids of the first."""
    where, level = endpoint.path, endpoint.level
    first, contents = _page(feed, endpoint, 1, findings, None)
    if first is None or contents is None:
        return ()
    if not contents:
        findings.add(level, "empty", where, weight="warning")
        return ()
    pages = first.total_pages or 1
    for number in dict.fromkeys([*([pages // 2] if pages > 2 else []), pages]):
        if number > 1:
            _page(feed, endpoint, number, findings, first)
    return list(dict.fromkeys(filter(None, map(told_id, contents))))


def _page(
    feed: AtAddress, endpoint: Endpoint, number: int, findings: Findings, first: Envelope | None
) -> tuple[Envelope | None, list[Any] | None]:
    where, level = endpoint.path, endpoint.level
    got = feed.get(where, {"page": number})
    if note_problem(got, findings, level, where, f"page {number}"):
        return None, None
    contents = contents_of(got.document)
    if contents is None:
        findings.add(level, "type", where, "contents is not a list", f"page {number}")
        return None, None
    told = judge_envelope(got.document, len(contents), number, findings, level, where, first)
    judge_items(endpoint.kind, contents, findings, level, where, nested=True)
    if first is not None and not contents:
        findings.add(level, "empty", where, "a page before the end is empty", f"page {number}")
    return told, contents


def _check_some(feed: AtAddress, endpoint: Endpoint, ids: Sequence[str], findings: Findings, chance: Random) -> None:
    where, level = endpoint.by_id, endpoint.level
    if not ids:
        findings.add(level, "no_ids", where, weight="warning")
    for one in chance.sample(list(ids), min(MOST_IDS, len(ids))):
        got = feed.get(id_path(endpoint.path, one))
        if note_problem(got, findings, level, where, f"id {one}"):
            continue
        judge_one(endpoint.kind, got.document, findings, level, where, is_item=False)
        if (told := told_id(got.document)) is not None and told.lower() != one.lower():
            findings.add(3, "other", where, "another id is given", f"asked for {one}, given {told}")
