"""Whether first visits helped, as it is published by listing, on homes of groups and on pages of coordinators: put together."""

from collections import defaultdict
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import insight_pages, insight_world
from benchmarks.insight_tried import ENDLESS, Attack, Cells, Key, range_of
from portal.accounts.models import User
from portal.core.extensions import db
from portal.organisations.models import Organization
from portal.voice.ratings import ratings
from tests.support.people import make_user, session_of

ELSEWHERE = "listings with homes of groups and pages of coordinators"


def look_at_listings(tried: Attack, where: str, cells: Cells) -> None:
    """A row is shown from 8 answers on: what the others of it leave for each."""
    for keys in _rows_of_listings(cells).values():
        is_shown = any(cells[key][0] != "hidden" for key in keys)
        _row(tried, "answers about a listing", where, keys, cells, is_shown=is_shown)


def listings_elsewhere(tried: Attack, area: str, day: date, cells: Cells) -> None:
    """Homes of groups and pages of coordinators show a listing from 8 answers on: beside what is published of it."""
    shown = {one.service_id.hex: one for one in ratings(day)}
    for listing, keys in _rows_of_listings(cells).items():
        told = shown.get(listing)
        _row(tried, ELSEWHERE, (area, day), keys, cells, is_shown=told is not None)
        for key in keys if told is not None else ():
            tried.same(
                ELSEWHERE, (area, day, key), is_same=told.told[key[3]] == insight_pages.words_of(key, cells[key])
            )


def other_pages(tried: Attack, app: Flask, area: str, cells: Cells) -> None:
    """The same rows as they stand on the pages themselves, of the last quarter."""
    coordinator = make_user("team-coordinator", area=area, email=f"coordinator@{area}.example.org")
    groups = db.session.scalars(select(Organization).where(Organization.name.startswith(f"{area} group"))).all()
    leads = [make_user("lead", organisation=one, email=f"lead@{one.id.hex}.example.org") for one in groups]
    names = insight_world.names_of(area)
    for address, user in [("/coordinate", coordinator), *(("/group", one) for one in leads)]:
        for name, *told in insight_pages.helped_rows(insight_pages.get(signed_in(app, user), address)):
            keys = [key for key in cells if key[0] == "helped" and key[2] == names[name]]
            words = [insight_pages.words_of(key, cells[key]) for key in keys]
            tried.same(ELSEWHERE, (area, address, name), is_same=told == words)


def _rows_of_listings(cells: Cells) -> dict[str, list[Key]]:
    rows: dict[str, list[Key]] = defaultdict(list)
    for key in cells:
        if key[0] == "helped":
            rows[key[2]].append(key)
    return rows


def _row(tried: Attack, kind: str, where: object, keys: list[Key], cells: Cells, *, is_shown: bool) -> None:
    """What is known of each answer where a row counts 8 and more, or 7 at most."""
    known = {key: range_of(cells[key]) for key in keys}
    least, most = (8, ENDLESS) if is_shown else (0, 7)
    for key in keys:
        low = least - sum(known[other][1] for other in keys if other != key)
        high = most - sum(known[other][0] for other in keys if other != key)
        tried.bound(kind, (where, key), cells[key], low, high)


def signed_in(app: Flask, user: User) -> FlaskClient:
    name, token = session_of(app, user)
    client = app.test_client()
    client.set_cookie(name, token)
    return client
