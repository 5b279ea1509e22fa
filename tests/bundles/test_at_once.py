"""A section that is sent four times at once stands once; the key of a form is of no use on another page."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from portal.bundles import queries
from portal.bundles.models import BundleSection
from portal.core.extensions import db
from tests.factories import Make
from tests.support.at_once import all_know, post_all
from tests.support.page import Browser

SECTION = {"title": "Somebody to talk to", "text": "Come.", "needs": ["loneliness"], "within": "", "most": "4"}


def made(bundle_id: UUID) -> int:
    return db.session.query(BundleSection).filter_by(bundle_id=bundle_id, title=SECTION["title"]).count()


def test_a_section_sent_four_times_at_once_is_made_once(
    app: Flask,
    make: Make,
    as_user: Callable[..., Browser],
    bundle: Callable[..., UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    curator = make.user("moderator", area="leicester")
    browsers, one = [as_user(curator) for _turn in range(4)], bundle()
    address = f"/curate/bundles/{one}/sections/new"
    browsers[0].post(address, {**SECTION, "title": "Company", "key": "t" * 24}, expect=303)
    all_know(monkeypatch, queries, "bundle_for", 4)
    assert post_all([(each, address, {**SECTION, "key": "s" * 24}) for each in browsers]) == [303] * 4
    assert made(one) == 1


def test_the_key_of_a_form_on_another_page_is_no_fault(
    app: Flask, curator: Browser, bundle: Callable[..., UUID]
) -> None:
    pages = bundle(), bundle(title="New baby", slug="new-baby")
    for one in pages:
        curator.post(f"/curate/bundles/{one}/sections/new", {**SECTION, "key": "s" * 24}, expect=303)
    assert [made(one) for one in pages] == [1, 1]
