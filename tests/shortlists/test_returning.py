"""After a button was pressed people come back to a page of this site, wherever the form says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.returning import own_path


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nX: y",
        "javascript:alert(1)",
        "evil",
        "/ok\nLocation: //evil",
        "/" + "a" * 5000,
    ],
)
def test_after_saving_nobody_is_sent_away_from_the_site(sqlite_app, browser, make, wanted):
    service = make.service()
    for address in ("/list/add", "/list/remove"):
        answer = browser.post(address, {"service": str(service.id), "next": wanted}, expect=303)
        assert answer.headers["Location"] == "/list"


def test_after_saving_the_same_search_comes_back(sqlite_app, browser, make):
    here = "/services?q=tea+and+talk&near=LE2+0&topic=loneliness&page=2"
    answer = browser.post("/list/add", {"service": str(make.service().id), "next": here}, expect=303)
    assert answer.headers["Location"] == here


@given(st.text(max_size=200))
def test_whatever_is_asked_for_the_answer_is_a_path_of_ours(wanted):
    answer = own_path(wanted, "/list")
    assert answer.startswith("/") and not answer.startswith(("//", "/\\"))
    assert not any(character in answer for character in "\r\n\t\\ ")
