"""Which websites can be allowed, and which origin is one of them: right, wrong and hostile."""

import pytest
from flask import Flask

from portal.widget.sites import WrongSite, may_show, origin_of, site_of, sources

ALLOWED = ["https://www.example.org", "https://*.surgery.example.org", "https://shop.example.org:8443"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.org", "https://www.example.org"),
        ("  HTTPS://WWW.Example.ORG/ ", "https://www.example.org"),
        ("https://www.example.org:443", "https://www.example.org"),
        ("https://www.example.org:8443", "https://www.example.org:8443"),
        ("https://*.example.org", "https://*.example.org"),
        ("https://*.www.example.co.uk", "https://*.www.example.co.uk"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_kept_in_one_form(sqlite_app: Flask, typed: str, kept: str) -> None:
    assert site_of(typed) == kept and site_of(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "*", "null", "example.org", "www.example.org/page", "https://", "https://*", "https://*.org", "https://org",
        "http://www.example.org", "https://www.example.org/page", "https://www.example.org?x", "https://www.example.org#x",
        "https://user@www.example.org", "https://www.example.org@evil.example", "https://www.example.org\\@evil.example",
        "https://www.example.org:0", "https://www.example.org:65536", "https://www.example.org:*", "https://www.example.org:",
        "https://www.*.org", "https://*.*.example.org", "https://www.example.org;", "https://www.example.org 'self'",
        "https://www.example.org; script-src *", "https://www.example.org\nhttps://evil.example", "https://bücher.example",
        "https://еxample.org", "https://www。example。org", "https://127.0.0.1", "https://[::1]", "https://localhost",
        "https://192.168.1.5", "https://2130706433", "https://0x7f.1", "https://-a.example.org", "https://a..example.org",
        "https://.example.org", "https://www.example.org.", f"https://{'a' * 64}.org", f"https://{'a.' * 130}org",
        "https://*.co.uk", "https://*.gov.uk", "https://*.nhs.uk", "https://*.github.io", "javascript:alert(1)", "data:,x",
        "https://www.example.org\x00", "https://www.exa\u200bmple.org", "HTTPS://WWW.EXAMPLE.ORG\u2028",
    ],
)  # fmt: skip
def test_what_is_no_single_https_origin_is_refused(sqlite_app: Flask, typed: str) -> None:
    with sqlite_app.test_request_context(), pytest.raises(WrongSite) as refused:
        site_of(typed)
    assert refused.value.sentence


@pytest.mark.parametrize(
    "origin",
    ["https://www.example.org", "https://a.surgery.example.org", "https://a.b.surgery.example.org", "https://shop.example.org:8443"],
)  # fmt: skip
def test_pages_of_allowed_origins_may_show_it(origin: str) -> None:
    assert may_show(origin, ALLOWED)


@pytest.mark.parametrize(
    "origin",
    [
        None, "", "null", "https://example.org", "http://www.example.org", "https://www.example.org:8443", "https://shop.example.org",
        "https://surgery.example.org", "https://evilsurgery.example.org", "https://evil.example/.surgery.example.org",
        "https://evil.example#.surgery.example.org", "https://u@evil.example:1.surgery.example.org", "https://.surgery.example.org",
        "https://www.example.org.evil.example", "https://www.example.org@evil.example", "https://WWW.example.org",
        "https://www.еxample.org", "http://localhost:8000", "http://127.0.0.1:8000", "file://", "https://a.surgery.example.org:444",
    ],
)  # fmt: skip
def test_pages_of_other_origins_may_not(origin: str | None) -> None:
    assert not may_show(origin, ALLOWED)


def test_pages_of_ones_own_machine_only_where_that_is_said() -> None:
    for origin in ("http://localhost:8000", "http://127.0.0.1:5500", "http://localhost"):
        assert may_show(origin, [], allows_local=True) and not may_show(origin, [])
    for origin in ("http://localhost.evil.example", "http://127.0.0.1.evil.example:80", "https://evil.example", "null"):
        assert not may_show(origin, [], allows_local=True)
    assert sources(ALLOWED) == ALLOWED
    assert sources(ALLOWED, allows_local=True) == [*ALLOWED, "http://localhost:*", "http://127.0.0.1:*"]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://www.example.org/page?x=1", "https://www.example.org"),
        ("https://WWW.example.org:443/", "https://www.example.org"),
        ("http://localhost:8000/a", "http://localhost:8000"),
        ("http://[::1]:8000/a", "http://[::1]:8000"),
        ("https://user:word@www.example.org/", None),
        ("https://www.example.org:99999/", None),
        ("https://[x/", None),
        ("about:blank", None),
        ("", None),
        (None, None),
    ],
)
def test_the_origin_of_an_address_that_a_browser_told(address: str | None, origin: str | None) -> None:
    assert origin_of(address) == origin
