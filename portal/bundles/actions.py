"""What curators do with pages for a situation in life. Each act makes a version and stands in the audit chain."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.bundles import queries
from portal.bundles.models import Bundle, BundlePin, BundleSection, BundleVersion
from portal.bundles.words import MOST_PINS, MOST_SECTIONS
from portal.core import audit, clock
from portal.core.errors import DomainError, Overtaken
from portal.core.extensions import db
from portal.core.forms import new_key
from portal.directory.cards import slug_of
from portal.directory.queries import public_listings

FREE_TRIES = 200


@dataclass(frozen=True)
class BundleTold:
    """What is said of a page."""

    title: str
    area: str
    near: str
    intro: str
    carer_intro: str
    lang: str
    kept_by: str
    owner_id: UUID | None
    review_by: date


@dataclass(frozen=True)
class SectionTold:
    """What is said of a section, and what it searches for."""

    title: str
    text: str
    carer_title: str
    carer_text: str
    needs: Sequence[str]
    filters: Mapping[str, Sequence[str]]
    within: str
    most: int


def make(told: BundleTold, *, form_key: str, by: User) -> Bundle:
    """A new page, as a draft. The same form sent twice makes one."""
    if (known := _of_form(Bundle, form_key)) is not None:
        return known
    made = Bundle(slug=_free_slug(told.title), form_key=form_key, **asdict(told))
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # the other of two sendings was first, or another page took the address
        if (known := _of_form(Bundle, form_key)) is not None:
            return known
        raise DomainError(_("Another page was made at the same time. Try again.")) from None
    _keep_version(made, "made", by)
    return made


def change(bundle: Bundle, told: BundleTold, *, version: int, by: User) -> None:
    """Say other words, another place, owner or review date. The address of the page stays. Raises Overtaken."""
    _begin(bundle, version)
    for name, value in asdict(told).items():
        setattr(bundle, name, value)
    _end(bundle, "words", by)


def add_section(bundle: Bundle, told: SectionTold, *, form_key: str, by: User) -> BundleSection:
    """One more section, at the end. The same form sent twice makes one."""
    _begin(bundle, None)
    known = db.session.scalar(select(BundleSection).where(BundleSection.form_key == form_key))
    if known is not None and known.bundle_id == bundle.id:
        return known
    form_key = form_key if known is None else new_key()
    if len(bundle.sections) >= MOST_SECTIONS:
        raise DomainError(_("A page has %(most)s sections at most. Take one out first.", most=MOST_SECTIONS))
    last = max((one.position for one in bundle.sections), default=0)
    made = BundleSection(position=last + 1, form_key=form_key, **_columns(told))
    bundle.sections.append(made)
    _end(bundle, "section", by)
    return made


def change_section(section: BundleSection, told: SectionTold, *, version: int, by: User) -> None:
    """Say other words, or search for something else. Raises Overtaken."""
    _begin(section.bundle, version)
    for name, value in _columns(told).items():
        setattr(section, name, value)
    _end(section.bundle, "changed", by)


def move_section(section: BundleSection, *, up: bool, version: int, by: User) -> None:
    """Put a section one place up or down; the first stays first. Raises Overtaken."""
    bundle = section.bundle
    _begin(bundle, version)
    ordered = list(bundle.sections)
    at = ordered.index(section)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(ordered):
        return
    ordered[at], ordered[to] = ordered[to], ordered[at]
    for position, one in enumerate(ordered, 1):
        one.position = position
    bundle.sections[:] = ordered
    _end(bundle, "moved", by)


def remove_section(section: BundleSection, *, version: int, by: User) -> None:
    """Take a section out with what is pinned in it. A published page keeps one. Raises Overtaken."""
    bundle = section.bundle
    _begin(bundle, version)
    if bundle.state == "published" and len(bundle.sections) == 1:
        raise DomainError(_("A published page needs a section. Take the page off the site first."))
    bundle.sections.remove(section)
    _end(bundle, "removed", by)


def pin(section: BundleSection, service_id: UUID, *, version: int, by: User) -> None:
    """Let a service stand first in a section. Pinned already: nothing changes. Raises Overtaken."""
    if any(one.service_id == service_id for one in section.pins):
        return
    _begin(section.bundle, version)
    if len(section.pins) >= MOST_PINS:
        raise DomainError(_("A section has %(most)s pinned services at most. Unpin one first.", most=MOST_PINS))
    if service_id not in public_listings([service_id]):
        raise DomainError(_("That service is not on the site, so it cannot be pinned."))
    last = max((one.position for one in section.pins), default=0)
    section.pins.append(BundlePin(service_id=service_id, position=last + 1))
    _end(section.bundle, "pinned", by)


def unpin(section: BundleSection, service_id: UUID, *, version: int, by: User) -> None:
    """Let a service stand where the search puts it. Not pinned: nothing changes. Raises Overtaken."""
    found = next((one for one in section.pins if one.service_id == service_id), None)
    if found is None:
        return
    _begin(section.bundle, version)
    section.pins.remove(found)
    _end(section.bundle, "unpinned", by)


def publish(bundle: Bundle, *, version: int, by: User) -> None:
    """Put a page on the site. Raises Overtaken, and DomainError where something is missing."""
    if bundle.state == "published":
        return
    _begin(bundle, version)
    if not bundle.sections:
        raise DomainError(_("Add a section before you publish the page."))
    if bundle.review_by <= clock.today():
        raise DomainError(_("Choose a review date that is still to come before you publish the page."))
    bundle.state, bundle.published_at = "published", clock.now()
    _end(bundle, "published", by)


def unpublish(bundle: Bundle, *, version: int, by: User) -> None:
    """Take a page off the site. It stays here as a draft. Raises Overtaken."""
    if bundle.state == "draft":
        return
    _begin(bundle, version)
    bundle.state, bundle.published_at = "draft", None
    _end(bundle, "unpublished", by)


def snapshot(bundle: Bundle) -> dict[str, Any]:
    """A page as plain JSON: what a version keeps."""
    names = ("slug", "title", "area", "near", "intro", "carer_intro", "lang", "kept_by", "state")
    return {
        **{name: getattr(bundle, name) for name in names},
        "review_by": bundle.review_by.isoformat(),
        "sections": [
            {
                **{name: getattr(one, name) for name in SectionTold.__dataclass_fields__},
                "pins": [str(pinned.service_id) for pinned in one.pins],
            }
            for one in bundle.sections
        ],
    }


def _columns(told: SectionTold) -> dict[str, Any]:
    filters = {name: list(values) for name, values in told.filters.items() if values}
    return {**asdict(told), "needs": list(told.needs), "filters": filters}


def _begin(bundle: Bundle, version: int | None) -> None:
    """Hold the page, so that of two who save at once one is told. `version` is None for what cannot clash."""
    db.session.flush()
    standing = db.session.scalar(select(Bundle.version).where(Bundle.id == bundle.id).with_for_update())
    if version is not None and standing != version:
        db.session.refresh(bundle)
        raise Overtaken(
            _("Somebody else changed this page while you had it open. Look at both, then save again."),
            version=bundle.version,
        )
    if standing != bundle.version:
        db.session.refresh(bundle)


def _end(bundle: Bundle, act: str, by: User) -> None:
    bundle.version, bundle.changed_at = bundle.version + 1, clock.now()
    _keep_version(bundle, act, by)


def _keep_version(bundle: Bundle, act: str, by: User) -> None:
    db.session.flush()
    db.session.add(
        BundleVersion(bundle_id=bundle.id, number=bundle.version, act=act, page=snapshot(bundle), changed_by_id=by.id)
    )
    audit.record(f"bundle.{act}", bundle, by=by, details={"version": bundle.version})


def _free_slug(title: str) -> str:
    """The address of a new page: its title in plain letters, with a number where another has it."""
    wanted = slug_of(title)
    wanted = "page" if wanted == "service" else wanted[:70].strip("-")
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, FREE_TRIES)))
    found = next((one for one in names if queries.is_slug_free(one)), None)
    if found is None:
        raise DomainError(_("Too many pages have this title. Choose another."))
    return found


def _of_form(model: type[Bundle], form_key: str) -> Bundle | None:
    return db.session.scalar(select(model).where(model.form_key == form_key))
