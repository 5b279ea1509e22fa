"""Links of a page in a frame: its own stay, all others open beside the website."""

import pytest
from flask import Flask

from portal.widget.links import for_frame

OWN = "/widget/librarywidge"


@pytest.mark.parametrize(
    "address",
    ["#near", "tel:999", "sms:85258", "mailto:a@example.org", OWN,
     f"{OWN}?q=tea", f"{OWN}/results?q=a&amp;page=2", f"/ur{OWN}/results", f"/cy{OWN}"],
)  # fmt: skip
def test_links_within_the_frame_stay_as_they_are(sqlite_app: Flask, address: str) -> None:
    html = f'<p><a rel="next" href="{address}">More</a></p>'
    with sqlite_app.test_request_context():
        assert for_frame(html, OWN) == html


@pytest.mark.parametrize(
    "address",
    ["/urgent-help", "/ur/privacy", "https://larkfield.example/a?b=1&amp;c=2", "/widget/another", f"{OWN}x",
     "//evil.example", "javascript:x", f"/a/b{OWN}"],
)  # fmt: skip
def test_other_links_open_beside_it_and_say_so(sqlite_app: Flask, address: str) -> None:
    with sqlite_app.test_request_context():
        made = for_frame(f'<a class="x" href="{address}" rel="nofollow noreferrer">See <b>it</b></a>', OWN)
    assert made == (
        f'<a class="x" href="{address}" target="_blank" rel="noopener noreferrer">See <b>it</b>'
        '<span class="hidden"> (opens in a new tab)</span></a>'
    )


def test_the_way_out_takes_the_whole_page_along(sqlite_app: Flask) -> None:
    html = '<a class="x" href="https://www.bbc.co.uk/weather" rel="nofollow noreferrer" data-exit>Exit this page</a>'
    with sqlite_app.test_request_context():
        assert 'data-exit target="_top">Exit this page</a>' in for_frame(html, OWN)


def test_words_that_look_like_links_are_left_alone(sqlite_app: Flask) -> None:
    html = '<abbr href="/x">a</abbr> &lt;a href="/x"&gt; <a name="x">y</a>'
    with sqlite_app.test_request_context():
        assert for_frame(html, OWN) == html
