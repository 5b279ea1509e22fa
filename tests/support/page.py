"""A client that checks every page it fetches: status, valid HTML, title, heading, language, labels, ids, and no inline code."""

import re
from contextvars import Context
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from lxml import etree
from lxml import html as lxml_html
from markupever import HtmlOptions, Parser
from werkzeug.test import TestResponse

HANDLER = re.compile(r"^on[a-z]+$")
NOT_LABELLED = {"hidden", "submit", "button", "image", "reset"}


STRINGS = etree.XPath(".//text()[not(parent::script or parent::style or parent::template)]", smart_strings=False)


def faults_of(html: str) -> list[str]:
    """What a browser would have to put right to read this as HTML, in the words of the parser; nothing where it is valid."""
    parser = Parser(HtmlOptions(exact_errors=True))
    parser.process(html)
    parser.finish()
    return list(parser.errors())


class Page:
    """One answer."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        self.is_html = response.mimetype == "text/html"

    @cached_property
    def tree(self) -> lxml_html.HtmlElement:
        """Reading pages is what most tests do most: this takes half a millisecond, `soup` twenty times that."""
        return lxml_html.document_fromstring(self.html)

    @cached_property
    def soup(self) -> BeautifulSoup:
        """Read when it is first asked for: many a test asks for words alone."""
        return BeautifulSoup(self.html, "lxml")

    @property
    def text(self) -> str:
        """The words of the page, white space folded."""
        return _words(self.tree) if self.html.strip() else ""

    @property
    def main(self) -> str:
        """The words of the main part."""
        found = self.tree.find(".//main") if self.html.strip() else None
        return "" if found is None else _words(found)

    def select(self, css: str) -> list[Tag]:
        return list(self.soup.select(css))

    def one(self, css: str) -> Tag:
        found = self.select(css)
        assert len(found) == 1, f"{len(found)} elements fit {css}"
        return found[0]

    def words(self, css: str) -> list[str]:
        return [" ".join(tag.get_text(" ").split()) for tag in self.select(css)]

    def link(self, words: str) -> str:
        """The address of the link with these words."""
        found = [tag for tag in self.select("a[href]") if " ".join(tag.get_text(" ").split()) == words]
        assert found, f"there is no link “{words}”; there are {self.words('a[href]')}"
        return str(found[0]["href"])

    def form(self, action: str) -> dict[str, str]:
        """Every named field of the form with this action and what it holds."""
        form = self.one(f'form[action="{action}"]')
        return {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]")}


class Browser:
    """Fetches pages as a person would, and checks each. Asks for the status that is expected (200)."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def get(self, address: str, *, expect: int = 200, headers: dict[str, str] | None = None) -> Page:
        return self._checked(expect, self._open("GET", address, headers=headers))

    def post(self, address: str, data: dict[str, Any] | None = None, *, expect: int = 302, csrf: bool = True) -> Page:
        sent = dict(data or {})
        if csrf and "csrf_token" not in sent:
            sent["csrf_token"] = self.csrf_token()
        return self._checked(expect, self._open("POST", address, data=sent))

    def csrf_token(self) -> str:
        return Context().run(self._csrf_token)

    def _csrf_token(self) -> str:
        with self.app.test_request_context(), self.client.session_transaction() as kept:
            token = generate_csrf()
            kept["csrf_token"] = session["csrf_token"]
        return str(token)

    def follow(self, page: Page) -> Page:
        """The page that an answer redirects to."""
        assert page.status in {301, 302, 303, 308}, f"status {page.status} does not redirect"
        return self.get(page.headers["Location"])

    def _open(self, method: str, address: str, **options: Any) -> TestResponse:
        return self.client.open(address, method=method, **options)

    def _checked(self, expect: int, response: TestResponse) -> Page:
        page = Page(response)
        assert page.status == expect, f"status {page.status}, not {expect}: {page.text[:600]}"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        if page.is_html and page.status not in {301, 302, 303, 308}:
            check_html(page)
        return page


def _words(element: lxml_html.HtmlElement) -> str:
    return " ".join(" ".join(STRINGS(element)).split())


def check_html(page: Page) -> None:
    """Fail where the page is not one that a person with any browser or screen reader could use."""
    wrong = faults_of(page.html)
    assert not wrong, f"the HTML is not valid: {wrong[:5]}"
    html = page.tree
    tags = [tag for tag in html.iter() if isinstance(tag.tag, str)]
    assert html.get("lang"), "the page has no language"
    assert html.get("dir") in {"ltr", "rtl"}, "the page has no direction"
    headings = sum(tag.tag == "h1" for tag in tags)
    assert headings == 1, f"the page has {headings} h1"
    titles = [_words(title) for title in html.findall("head/title")]
    assert len(titles) == 1 and titles[0], "the page has no title"
    ids = [tag.attrib["id"] for tag in tags if "id" in tag.attrib]
    assert len(ids) == len(set(ids)), f"ids stand twice: {sorted({one for one in ids if ids.count(one) > 1})}"
    _check_fields(tags, set(ids))
    _check_summary(tags, titles[0], html, set(ids))
    inline = [tag.tag for tag in tags if any(name == "style" or HANDLER.match(name) for name in tag.attrib)]
    assert not inline, f"inline styles or handlers on {inline[:5]}"
    scripts = [tag for tag in tags if tag.tag == "script" and "json" not in tag.get("type", "")]
    assert all(tag.get("src") for tag in scripts) and not any(tag.tag == "style" for tag in tags), (
        "inline script or style"
    )


def _check_summary(tags: list[lxml_html.HtmlElement], title: str, html: lxml_html.HtmlElement, ids: set[str]) -> None:
    """What is to mend is told in the title too, and each sentence leads to its field."""
    summaries = [tag for tag in tags if "error-summary" in tag.get("class", "").split()]
    links = [link.get("href") for one in summaries for link in one.iter("a") if link.get("href")]
    if links and html.get("lang") == "en":
        assert title.startswith("Error:"), "the title does not say that something is wrong"
    lost = [link for link in links if link.removeprefix("#") not in ids]
    assert not lost, f"the summary of what is wrong leads to {lost}, which are not there"


def _check_fields(tags: list[lxml_html.HtmlElement], ids: set[str]) -> None:
    labelled = {tag.get("for") for tag in tags if tag.tag == "label"} - {None}
    for field in tags:
        is_typed_in = field.tag in {"select", "textarea"} or (
            field.tag == "input" and field.get("type", "text") not in NOT_LABELLED
        )
        if not is_typed_in:
            continue
        is_labelled = (
            field.get("id") in labelled or any(True for _ in field.iterancestors("label")) or field.get("aria-label")
        )
        assert is_labelled, f"a field has no label: {etree.tostring(field, encoding='unicode')[:300]}"
        for described in (field.get("aria-describedby") or "").split():
            assert described in ids, f"aria-describedby names {described}, which is not there"
