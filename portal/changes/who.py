"""Facts about people: what a listing helps with, ages, groups of people, languages."""

from typing import Any

from sqlalchemy import select

from portal.core import wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory.actions import ensure_needs
from portal.directory.filters import BY_NAME
from portal.directory.languages import name_of
from portal.directory.models import Attribute, Language, Service, Taxonomy, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS as NEEDS_URI
from portal.directory.needs import NEEDS


def needs(service: Service) -> list[str] | None:
    """Ids of needs, in the order of our list."""
    told = {term for _one, term in _need_rows(service)}
    return [need for need in NEEDS if need in told] or None


def put_needs(service: Service, value: Any) -> None:
    """Label a service with these needs; other terms on it stay."""
    wanted = list(value or ())
    standing = {term: one for one, term in _need_rows(service)}
    for term, attribute in standing.items():
        if term not in wanted and term in NEEDS:
            service.attributes.remove(attribute)
    missing = [need for need in wanted if need not in standing and need in NEEDS]
    if missing:
        ids = ensure_needs()
        service.attributes += [
            Attribute(link_id=service.id, link_type="service", taxonomy_term_id=ids[n]) for n in missing
        ]
    db.session.flush()


def needs_shown(value: Any) -> list[str]:
    """Labels of needs."""
    return [str(NEEDS[need].label) for need in value if need in NEEDS]


def _need_rows(service: Service) -> list[tuple[Attribute, str]]:
    question = (
        select(Attribute, TaxonomyTerm.term)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Attribute.link_type == "service", Attribute.link_id == service.id, Taxonomy.uri == NEEDS_URI)
    )
    return [(one, term or "") for one, term in db.session.execute(question)]


def ages(service: Service) -> dict[str, int] | None:
    """{"minimum": 18, "maximum": 25}; either may be left out."""
    told = {"minimum": service.minimum_age, "maximum": service.maximum_age}
    return {name: age for name, age in told.items() if age is not None} or None


def put_ages(service: Service, value: Any) -> None:
    """Set both ages."""
    told = value or {}
    service.minimum_age, service.maximum_age = told.get("minimum"), told.get("maximum")


def ages_shown(value: Any) -> list[str]:
    """ "18 to 25", "18 and over", "Up to 25"."""
    lowest, highest = value.get("minimum"), value.get("maximum")
    if lowest is not None and highest is not None:
        return [_("Ages %(lowest)s to %(highest)s", lowest=lowest, highest=highest)]
    if lowest is not None:
        return [_("Ages %(lowest)s and over", lowest=lowest)]
    return [_("Ages up to %(highest)s", highest=highest)]


def audiences(service: Service) -> dict[str, Any] | None:
    """{"for": [...], "not_for": [...], "anyone": true}: values of the filter `who`; what is not told is left out."""
    told = {
        "for": sorted(service.audiences),
        "not_for": sorted(service.excluded_audiences),
        "anyone": service.anyone_welcome,
    }
    return {name: value for name, value in told.items() if value not in (None, [])} or None


def put_audiences(service: Service, value: Any) -> None:
    """Set for whom it is and is not."""
    told = value or {}
    service.audiences, service.excluded_audiences = list(told.get("for", ())), list(told.get("not_for", ()))
    service.anyone_welcome = told.get("anyone")


def audiences_shown(value: Any) -> list[str]:
    """One line each."""
    label = BY_NAME["who"].label_of
    lines = [_("Anyone can come")] if value.get("anyone") else []
    if value.get("for"):
        lines.append(_("For: %(groups)s", groups=wording.and_list([label(one) for one in value["for"]])))
    if value.get("not_for"):
        lines.append(_("Not for: %(groups)s", groups=wording.or_list([label(one) for one in value["not_for"]])))
    return lines


def languages(service: Service) -> list[dict[str, str]] | None:
    """[{"code": "gu", "note": "on Tuesdays"}], in order of codes."""
    rows = sorted(service.languages, key=lambda one: one.code)
    return [{"code": one.code} | ({"note": one.note} if one.note else {}) for one in rows] or None


def put_languages(service: Service, value: Any) -> None:
    """Replace the languages of a service."""
    service.languages = [Language(code=one["code"], note=one.get("note")) for one in value or ()]


def languages_shown(value: Any) -> list[str]:
    """Names of languages in one line, then what is said of each."""
    notes = [
        _("%(language)s: %(note)s", language=name_of(one["code"]), note=one["note"]) for one in value if one.get("note")
    ]
    return [wording.and_list([name_of(one["code"]) for one in value]), *notes]
