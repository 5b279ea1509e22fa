"""What every answer carries, whatever it is: headers, language, size, and a door that is shut by default."""

import gzip

import pytest
from flask import Flask, Response

from portal.core.headers import POLICY
from tests.support.page import Browser

EVERYWHERE = ["/", "/services", "/no-such-page", "/healthz", "/static/no-such-file", "/robots.txt", "/urgent-help"]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_headers(sqlite_app: Flask, address: str) -> None:
    headers = sqlite_app.test_client().get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cache-Control" in headers


def test_the_policy_allows_no_inline_code_and_no_strangers() -> None:
    assert "unsafe" not in POLICY and "http" not in POLICY and "*" not in POLICY
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert rule in POLICY


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (POLICY, "DENY"),
        ("default-src 'none'; sandbox", "DENY"),
        ("default-src 'none'; frame-ancestors https://www.library.example.org", None),
    ],
)
def test_only_where_a_policy_names_who_may_frame_a_page_is_the_older_header_left_out(
    sqlite_app: Flask, policy: str, told: str | None
) -> None:
    with sqlite_app.test_request_context():
        answer = sqlite_app.process_response(Response(headers={"Content-Security-Policy": policy}))
    assert answer.headers.get("X-Frame-Options") == told


def test_a_foreign_host_is_refused(sqlite_app: Flask) -> None:
    assert sqlite_app.test_client().get("/", base_url="http://evil.example").status_code == 400


def test_a_form_without_its_token_is_refused(browser: Browser) -> None:
    page = browser.post("/list/add", {"service": "x"}, csrf=False, expect=400)
    assert "Go back" in page.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
    ],
)
def test_a_form_from_another_site_is_refused_whatever_it_carries(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    token = browser.csrf_token()
    answer = browser.client.post("/list/add", data={"csrf_token": token, "service": "x"}, headers=headers)
    assert answer.status_code == status


def test_a_page_is_sent_compressed_to_whom_accepts_it(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    plain = client.get("/")
    small = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 2
    assert b"<h1" in gzip.decompress(small.data)


def test_the_size_of_a_compressed_page_tells_nothing(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    sizes = {len(client.get("/privacy", headers={"Accept-Encoding": "gzip"}).data) for _ in range(12)}
    assert len(sizes) > 1


def test_a_page_that_is_not_there_offers_a_way_on(browser: Browser) -> None:
    page = browser.get("/no-such-page", expect=404)
    assert page.select('input[name="q"]') and page.select('a[href="/urgent-help"]')


def test_machines_get_a_problem_document(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().get("/api/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json() == {"type": "about:blank", "title": "Not found", "status": 404}


def test_a_wrong_method_says_which_are_allowed(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().put("/services", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in {400, 405}
    answer = sqlite_app.test_client().options("/services")
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_refused(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().post("/list/add", data=b"x" * (11 * 1024 * 1024), content_type="text/plain")
    assert answer.status_code in {400, 413}


def test_the_language_stands_in_the_address(browser: Browser) -> None:
    english, welsh, urdu = (browser.get(f"{prefix}/privacy").one("html") for prefix in ("", "/cy", "/ur"))
    assert (english["lang"], welsh["lang"], urdu["lang"]) == ("en", "cy", "ur")
    assert (english["dir"], welsh["dir"], urdu["dir"]) == ("ltr", "ltr", "rtl")


def test_links_keep_the_language(browser: Browser) -> None:
    page = browser.get("/cy/")
    own = [
        str(tag["href"])
        for tag in page.select("a[href]")
        if str(tag["href"]).startswith("/") and not tag.get("hreflang")
    ]
    assert own and all(address.startswith("/cy") for address in own), [one for one in own if not one.startswith("/cy")]


def test_metrics_are_for_the_operator_alone(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_logs_say_the_endpoint_and_never_what_was_typed(sqlite_app: Flask, capsys: pytest.CaptureFixture[str]) -> None:

    import structlog

    from portal.core import logs

    logs.configure("info")
    try:
        sqlite_app.test_client().get("/services?q=my+secret+illness&near=LE2+0QB")
        structlog.get_logger().info("probe", query="my secret illness", status=200)
    finally:
        logs.configure("error")
    told = capsys.readouterr().err
    assert '"endpoint": "directory.search"' in told and '"probe"' in told
    assert "secret" not in told and "LE2" not in told and "q=" not in told
