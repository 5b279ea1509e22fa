"""The parts of a record that are changed on a page of their own. A new part is a row and a form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from portal.caseload import record_told
from portal.caseload.record_forms import AccessForm, ContactForm, DetailsForm, IdentityForm, MattersForm, RiskForm
from portal.caseload.record_related import RelatedForm, related_rows
from portal.caseload.record_told import Said
from portal.codes import nhs_numbers
from portal.core import wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people.models import Person

Form = MattersForm | ContactForm | AccessForm | IdentityForm | RiskForm | RelatedForm | DetailsForm


@dataclass(frozen=True)
class Part:
    """One part. `stands`: what it says now, for the page of a clash."""

    name: str
    title: LazyString
    form: type[Form]
    stands: Callable[[Person], Sequence[Said]]
    intro: LazyString | None = None


def _matters(person: Person) -> list[Said]:
    needs = wording.comma_list(record_told.needs_of(person))
    return [Said(_("What matters to them"), person.what_matters or "–"), Said(_("What would help"), needs or "–")]


def _identity(person: Person) -> list[Said]:
    """Without the date of birth and the number in full: they are on the page of details."""
    number = _("ending in %(ending)s", ending=nhs_numbers.ending(person.nhs_number)) if person.nhs_number else "–"
    return [
        Said(_("Name"), person.name or "–"),
        Said(_("Age"), record_told.age_of(person)),
        Said(_("NHS number"), number),
        Said(_("Postcode"), person.postcode or "–"),
    ]


PARTS: Mapping[str, Part] = {
    one.name: one
    for one in (
        Part("matters", _l("What matters to them"), MattersForm, _matters),
        Part(
            "contact", _l("Safe contact"), ContactForm, record_told.contact_rows,
            _l("Ask what is safe before you write anything down. Nothing is sent any other way."),
        ),
        Part(
            "access", _l("Language and access"), AccessForm, record_told.access_rows,
            _l("Saving this page says that you asked today. Groups see it where the person agreed to that."),
        ),
        Part("identity", _l("Name, date of birth and address"), IdentityForm, _identity),
        Part(
            "risk", _l("Staying safe"), RiskForm, record_told.risk_rows,
            _l("For your team. A group sees a note on safety only if the person agreed to share it."),
        ),
        Part(
            "related", _l("People close to them"), RelatedForm, related_rows,
            _l("A carer, next of kin or advocate. Ask the person first whether you may speak to them."),
        ),
        Part(
            "details", _l("Further details"), DetailsForm, record_told.detail_rows,
            _l("Ask at the first contact, and say why: it shows whether everybody is reached. Nobody has to answer."),
        ),
    )
}  # fmt: skip
