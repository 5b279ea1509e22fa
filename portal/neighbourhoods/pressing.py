"""Booklets as PDF: made by the worker, kept by what they say, and made anew when that changes.

A page is never held up by one: it asks for it and looks again.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy import Select, delete, select

from portal.core import clock, throttle, wording
from portal.core.assets import asset
from portal.core.extensions import db, settings
from portal.core.i18n import LOCALES, current_locale, default_locale
from portal.core.jobs import job
from portal.core.pages import whole_address
from portal.core.qr_codes import page_qr_svg
from portal.core.transactions import short
from portal.directory import urgent
from portal.directory.queries import listings_in
from portal.geography.models import Neighbourhood
from portal.geography.queries import codes_of
from portal.neighbourhoods import press, queries
from portal.neighbourhoods.booklet import Booklet, booklet_of
from portal.neighbourhoods.models import BookletFile

KEPT_FOR = timedelta(days=7)
"""A booklet says when it was printed: after this long it is made anew, even if nothing has changed."""
MOST_ASKED_AN_HOUR = 20
Paper = Literal["a4", "a5"]


@dataclass(frozen=True)
class Wish:
    """Which booklet: of which neighbourhood, on which paper, in which size of letters."""

    slug: str
    paper: Paper = "a4"
    is_large: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """The parts of its address, without what goes without saying."""
        return {
            "slug": self.slug,
            "paper": self.paper if self.paper != "a4" else None,
            "large": "1" if self.is_large else None,
        }


@dataclass(frozen=True)
class Ready:
    """A booklet as it stands today: what is needed to print it. `key` is another when it says anything else."""

    wish: Wish
    neighbourhood: Neighbourhood
    booklet: Booklet
    numbers: tuple[object, ...]
    key: str


def ready(wish: Wish) -> Ready | None:
    """The booklet of a wish, in the language in hand; none where there is no such neighbourhood."""
    neighbourhood = queries.one_of(queries.sets_here(), wish.slug)
    if neighbourhood is None:
        return None
    codes = codes_of(neighbourhood)
    booklet = booklet_of(listings_in(codes), codes)
    numbers = urgent.foot_numbers(queries.nation_of(codes))
    said = repr((wish, neighbourhood.name, current_locale().code, settings().base_url, booklet, numbers))
    look = (asset("css/paper.css"), asset("css/booklet.css"), asset("css/booklet-a5.css"))
    return Ready(wish, neighbourhood, booklet, numbers, hashlib.sha256(repr((said, look)).encode()).hexdigest())


def page_of(told: Ready, *, is_file: bool) -> str:
    """The page of a booklet. `is_file`: what a PDF is made of, without links and buttons for the screen."""
    wish = told.wish
    live = whole_address(url_for("neighbourhoods.show", slug=wish.slug))
    return render_template(
        "neighbourhoods/booklet.html",
        neighbourhood=told.neighbourhood,
        booklet=told.booklet,
        wish=wish,
        is_file=is_file,
        live=live,
        qr=page_qr_svg(live),
        titled=press.titled,
        numbers=told.numbers,
        printed=wording.full_date(clock.today()),
        has_pdf=press.is_here(),
        is_made=not is_file and press.is_here() and is_made(told),
        is_large=wish.is_large,
        back=url_for("neighbourhoods.show", slug=wish.slug),
        other_size=url_for("booklets.show", **{**wish.params, "large": None if wish.is_large else "1"}),
        other_paper=url_for("booklets.show", **{**wish.params, "paper": "a5" if wish.paper == "a4" else None}),
        pdf=url_for("booklets.pdf", **wish.params),
    )


def is_made(told: Ready) -> bool:
    """Whether there is a PDF that says the same and is not too old."""
    return db.session.scalar(_fresh(told).with_only_columns(BookletFile.key)) is not None


def file_of(told: Ready) -> bytes | None:
    """The PDF of a booklet, if there is one that says the same and is not too old."""
    found = db.session.scalar(_fresh(told))
    return found.body if found is not None else None


def ask_for(told: Ready, *, asked_by: str) -> None:
    """Have a PDF made, unless it is there or asked for already. Raises TooManyRequests."""
    if is_made(told):
        return
    throttle.hit("booklet.pdf", asked_by, limit=MOST_ASKED_AN_HOUR, seconds=3600)
    wish, language = told.wish, current_locale().code
    make.later(_key=told.key, slug=wish.slug, paper=wish.paper, is_large=wish.is_large, language=language)


@job("neighbourhoods.booklet", reads_only=True, lane="booklets")
def make(slug: str, paper: Paper, is_large: bool, language: str) -> None:
    """Make the PDF of a booklet as it stands now. Does nothing where it is there, or where its neighbourhood is gone."""
    if language not in LOCALES or not press.is_here():
        return
    prefix = "" if language == default_locale().code else f"/{language}"
    environ = {"portal.language": language, "SCRIPT_NAME": prefix}
    surroundings = current_app.test_request_context("/", base_url=settings().base_url, environ_overrides=environ)
    with surroundings, force_locale(language):
        told = ready(Wish(slug, paper, is_large))
        page = page_of(told, is_file=True) if told is not None and not is_made(told) else None
    if told is None or page is None:
        return
    # A file takes seconds: neither the write lock nor a look at the database is held meanwhile.
    db.session.rollback()
    body = press.pdf_of(page)
    with short() as session:
        session.merge(BookletFile(key=told.key, body=body, made_at=clock.now()))


@job("neighbourhoods.tidy-booklets")
def tidy() -> None:
    """Throw away PDFs that are too old to be handed out."""
    db.session.execute(delete(BookletFile).where(BookletFile.made_at <= clock.now() - KEPT_FOR))


def _fresh(told: Ready) -> Select[Any]:
    return select(BookletFile).where(BookletFile.key == told.key, BookletFile.made_at > clock.now() - KEPT_FOR)
