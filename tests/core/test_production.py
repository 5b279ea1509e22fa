"""What holds in production, behind a proxy with TLS, and not in a demo on this machine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.core.settings import Settings
from portal.search import current as search
from portal.search.whoosh_engine import WhooshEngine
from tests.conftest import _application
from tests.factories import Make

SITE = "https://support.example.org"


@pytest.fixture
def production(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application as it runs at an address of its own, behind one proxy; nobody has built an index yet."""
    url = f"sqlite:///{tmp_path}/production.sqlite3"
    app = _application(replace(settings, base_url=SITE, database_url=url, trusted_proxies=1))
    search.init_app(app, WhooshEngine(tmp_path / "no-index"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_every_answer_insists_on_tls(production: Flask) -> None:
    for address in ("/privacy", "/no-such-page", "/healthz"):
        headers = production.test_client().get(address, base_url=SITE).headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_cookies_are_bound_to_the_host_and_closed_to_scripts(production: Flask) -> None:
    service = Make().service()
    client = production.test_client()
    page = client.get("/services", base_url=SITE)
    token = page.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "service": str(service.id)}
    answer = client.post("/list/add", data=sent, base_url=SITE, headers={"Referer": f"{SITE}/services"})
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 2
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
        assert "Domain" not in cookie


def test_an_address_that_the_proxy_did_not_see_is_not_believed(production: Flask) -> None:
    """Two entries: the client's own claim, then what our one proxy saw."""
    headers = {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}
    assert production.test_client().get("/metrics", base_url=SITE, headers=headers).status_code == 404


def test_another_host_is_refused(production: Flask) -> None:
    assert production.test_client().get("/", base_url="https://evil.example").status_code == 400
