"""Whether what is gone is told rightly among what changed: marked, in no list any more, and leading to what took its place."""

from typing import Any

from portal.feedcheck.endpoints import Endpoint
from portal.feedcheck.facts import Facts
from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import AtAddress, id_path
from portal.feedcheck.paging import Envelope, contents_of
from portal.feedcheck.walking import GROWTH, PER_PAGE
from portal.openreferral.ids import told_id
from portal.openreferral.tables import OURS

SINCE = "1970-01-01T00:00:00Z"
ENDED = frozenset({"inactive", "defunct", "temporarily closed"})
MOST_PAGES = 1_000
MOST_ASKED = 20


def check_gone(feed: AtAddress, endpoint: Endpoint, facts: Facts, findings: Findings) -> None:
    """Judge every service that changed since ever and that the list does not hold. Raises Stopped."""
    asked = count = 0
    seen: set[str] = set()
    most = MOST_PAGES
    for number in range(1, MOST_PAGES + 1):
        got = feed.get(
            endpoint.path, {"modified_after": SINCE, "minimal": "false", "page": number, "per_page": PER_PAGE}
        )
        contents = contents_of(got.document) if got.problem is None else None
        if contents is None:
            return  # that the filter fails was noted
        pages, is_new = Envelope.of(got.document).total_pages or 0, False
        most = min(most, pages + GROWTH)
        for item in contents:
            one = told_id(item)
            if one is None or one.lower() in seen:
                continue
            is_new = True
            seen.add(one.lower())
            if one.lower() in facts.number:
                continue
            count += 1
            _judge(item, one, facts, findings, endpoint)
            if asked < MOST_ASKED:
                asked += 1
                _ask(feed, endpoint, one, item, findings)
        if not is_new or number >= min(pages, most):
            break
    findings.figures["gone"] = count


def mark_of(item: Any) -> dict[str, Any] | None:
    """What an item says of being gone, in our words; None where it says nothing."""
    own = item.get(OURS) if isinstance(item, dict) else None
    mark = own.get("gone") if isinstance(own, dict) else None
    return mark if isinstance(mark, dict) else None


def _judge(item: dict[str, Any], one: str, facts: Facts, findings: Findings, endpoint: Endpoint) -> None:
    where, mark = endpoint.path, mark_of(item)
    if item.get("status") not in ENDED:
        findings.add(3, "gone_unmarked", where, "its status says that it is there", f"id {one}")
    leads = mark.get("merged_into") if mark else None
    if leads is not None and (not isinstance(leads, str) or leads.lower() not in facts.number):
        findings.add(3, "gone_leads", where, "", f"id {one} leads to {leads}")


def _ask(feed: AtAddress, endpoint: Endpoint, one: str, item: Any, findings: Findings) -> None:
    got = feed.get(id_path(endpoint.path, one))
    if got.problem is None and (mark_of(item) is not None or item.get("status") in ENDED):
        told = got.document.get("status") if isinstance(got.document, dict) else None
        if told not in ENDED:
            findings.add(3, "gone_listed", endpoint.by_id, "its own address tells it as if it were there", f"id {one}")
    elif got.problem is not None and got.status not in (404, 410):
        findings.add(3, "unreachable", endpoint.by_id, got.problem, f"id {one}")
