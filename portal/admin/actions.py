"""What administrators do to organisations and to the look of the site."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.codes import ods
from portal.core import audit, clock
from portal.core.brand import CHOICE as BRAND
from portal.core.choices import choose, chosen
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.directory import indexing
from portal.directory.models import Service
from portal.geography.shown import choose_areas
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.registers.formats import BY_SCHEME, Register


@dataclass(frozen=True)
class NumberKind:
    """A kind of number that no public register of ours holds. `number` gives it as it is written, or None."""

    id: str
    label: LazyString
    number: Callable[[str], str | None]


NUMBERS: Mapping[str, Register | NumberKind] = {
    **BY_SCHEME,
    ods.SCHEME: NumberKind("ods", _l("ODS code (NHS)"), ods.organisation),
}
"""By the scheme of org-id.guide. Documents find a practice by its ODS code."""


class WrongNumber(DomainError):
    """What was typed is no number of that register."""


@dataclass(frozen=True)
class Look:
    """The brand as it was chosen. `logo` is a picture and its type; None leaves the one that is there."""

    name: str
    operator: str
    phone: str
    colours: dict[str, str]
    logo: tuple[bytes, str] | None
    drops_logo: bool


def add_organisation(name: str, *, form_key: str, by: Viewer) -> Organization:
    """A new organisation. The form's key makes its id, so that the same form sent twice makes one."""
    organisation_id = UUID(bytes=hashlib.sha256(f"organisation:{form_key}".encode()).digest()[:16], version=4)
    known = db.session.get(Organization, organisation_id)
    if known is not None:
        return known
    organisation = Organization(id=organisation_id, name=name)
    db.session.add(organisation)
    audit.record("organisation.added", organisation, by=by)
    return organisation


def rename(organisation: Organization, name: str, *, by: Viewer) -> None:
    """Give an organisation another name; its listings are found by it at once."""
    if name == organisation.name:
        return
    organisation.name, organisation.last_modified = name, clock.now()
    audit.record("organisation.renamed", organisation, by=by)
    _listings_changed(organisation)


def give_address(organisation: Organization, email: str | None, *, by: Viewer) -> None:
    """The e-mail address of an organisation: of a practice, where documents go."""
    if email == organisation.email:
        return
    organisation.email, organisation.last_modified = email, clock.now()
    audit.record("organisation.address_given", organisation, by=by)
    _listings_changed(organisation)


def add_number(organisation: Organization, scheme: str, typed: str, *, by: Viewer) -> None:
    """Note its number in a public register. Raises WrongNumber."""
    register = NUMBERS.get(scheme)
    number = register.number(typed) if register else None
    if register is None or number is None:
        raise WrongNumber(_("This is no number of that register."))
    if any(one.identifier_scheme == scheme and one.identifier == number for one in organisation.identifiers):
        return
    organisation.identifiers.append(
        OrganizationIdentifier(identifier_scheme=scheme, identifier_type=register.id, identifier=number)
    )
    organisation.last_modified = clock.now()
    audit.record("organisation.number_added", organisation, by=by, details={"scheme": scheme})
    _listings_changed(organisation)


def remove_number(organisation: Organization, identifier_id: UUID, *, by: Viewer) -> None:
    """Take a number away. Raises NotFound."""
    found = next((one for one in organisation.identifiers if one.id == identifier_id), None)
    if found is None:
        raise NotFound(_("There is no such number."))
    organisation.identifiers.remove(found)
    organisation.last_modified = clock.now()
    audit.record("organisation.number_removed", organisation, by=by, details={"scheme": found.identifier_scheme})
    _listings_changed(organisation)


def choose_brand(look: Look, *, by: Viewer) -> None:
    """Let the site look like this. Every process follows within half a minute."""
    before = chosen(BRAND)
    told = {"name": look.name, "operator": look.operator, "phone": look.phone, "colours": look.colours}
    if look.logo is not None:
        told |= {"logo": base64.b64encode(look.logo[0]).decode(), "logo_type": look.logo[1]}
    elif not look.drops_logo and before.get("logo"):
        told |= {"logo": before["logo"], "logo_type": before["logo_type"]}
    choose(BRAND, told)
    audit.record("site.brand_chosen", ("site_choice", BRAND), by=by)


def show_areas(slugs: Sequence[str], *, by: Viewer) -> None:
    """Show these neighbourhood sets alone; none: those of the settings."""
    choose_areas(slugs)
    audit.record("site.areas_chosen", ("site_choice", "areas"), by=by, details={"areas": list(slugs)})


def _listings_changed(organisation: Organization) -> None:
    """What is said of an organisation stands in each of its listings, in the index and in what others copy."""
    ids = select(Service.id).where(Service.organization_id == organisation.id)
    indexing.listings_changed(db.session.scalars(ids).all())
