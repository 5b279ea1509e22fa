"""How a feed answers, beside what: whether other sites may read it, and whether a reader may ask if anything is new."""

from portal.feedcheck.endpoints import BASE, Endpoint
from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import ORIGIN, AtAddress, Got, id_path


def check_answers(feed: AtAddress, endpoint: Endpoint, one: str | None, findings: Findings) -> None:
    """Judge the answers at the base address, of a list, and of the document of this id. Raises Stopped."""
    paths = [(BASE, BASE), (endpoint.path, endpoint.path)]
    if one is not None:
        paths.append((id_path(endpoint.path, one), endpoint.by_id))
    for path, where in paths:
        got = feed.get(path, headers={"Origin": ORIGIN})
        if got.problem is not None:
            continue  # levels 1 and 2 say so
        _check_origin(got, where, findings)
        _check_tag(feed, path, where, got, findings)


def _check_origin(got: Got, where: str, findings: Findings) -> None:
    told = got.headers.get("access-control-allow-origin", "")
    if told not in ("*", ORIGIN):
        detail = "it names another site" if told else "no header Access-Control-Allow-Origin"
        findings.add(3, "cors", where, detail, told)


def _check_tag(feed: AtAddress, path: str, where: str, got: Got, findings: Findings) -> None:
    tag = got.headers.get("etag", "")
    if not tag:
        findings.add(3, "etag", where, "no header ETag")
        return
    again = feed.get(path, headers={"If-None-Match": tag})
    if again.status != 304:
        answered = "200" if again.problem is None else str(again.status or again.problem)
        if again.problem is None and again.headers.get("etag") != tag:
            again = feed.get(path, headers={"If-None-Match": again.headers.get("etag", "")})
            if again.status == 304:  # something changed between the two
                return
        findings.add(3, "etag", where, "the tag is not answered with 304", answered)
