"""Forms of administrators."""

import re
from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal.accounts import areas
from portal.accounts.roles import ROLES, Role
from portal.admin import colours
from portal.admin.actions import Look
from portal.admin.logos import kind_of
from portal.admin.typed import WrongPlace, place_of
from portal.core.forms import LONGEST_EMAIL, KeyedForm, PageForm, email_field
from portal.core.plain import one_line
from portal.directory.addresses import email_address
from portal.organisations.models import Organization

COLOUR = re.compile(r"#[0-9a-f]{6}")


class ChoiceField(SelectField):
    """One of a few things. What is none of them is refused in our words."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the choices."""
        if self.data not in {choice.value for choice in self.iter_choices()}:
            raise ValidationError(_("Choose one of the list"))


def _areas() -> list[SelectChoice]:
    sets, councils = _("Sets of neighbourhoods"), _("Councils")
    return [
        SelectChoice("", _("All areas")),
        *(SelectChoice(slug, name, optgroup=sets) for slug, name in areas.sets()),
        *(SelectChoice(code, name, optgroup=councils) for code, name in areas.councils()),
    ]


class GiveRoleForm(PageForm):
    """A role to give, and where. `which`: of several organisations that may be meant, the id of the one that was chosen."""

    role = ChoiceField(_l("Role"), choices=[SelectChoice(one.value, ROLES[one].label) for one in Role])
    organisation = StringField(
        _l("Organisation, for a role that belongs to one"),
        filters=[one_line],
        validators=[Length(max=250, message=_l("Use 250 characters or fewer"))],
    )
    which = StringField(_l("Which of these?"), filters=[one_line])
    area = ChoiceField(_l("Area, for a role that belongs to one"), choices=_areas, default="")

    alike: Sequence[Organization] = ()

    def place(self) -> tuple[UUID | None, str | None]:
        """Where the role is to be held. Raises WrongPlace, and then offers the organisations that may be meant."""
        try:
            return place_of(Role(self.role.data), self.organisation.data, self.which.data, self.area.data)
        except WrongPlace as problem:
            self.alike = problem.alike
            raise


class InviteUserForm(GiveRoleForm, KeyedForm):
    """The same for somebody who has no account yet, or may have one."""

    email = email_field(_l("E-mail address"))


class OrganisationForm(KeyedForm):
    """The name of an organisation."""

    name = StringField(
        _l("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter a name")),
            Length(max=250, message=_l("Use 250 characters or fewer")),
        ],
    )


class OneOrganisationForm(OrganisationForm):
    """The name of an organisation, and its e-mail address."""

    email = StringField(_l("E-mail address"), filters=[one_line])

    def validate_email(self, field: StringField) -> None:
        """It may be empty."""
        if field.data and (len(field.data) > LONGEST_EMAIL or not email_address(field.data)):
            raise ValidationError(_("Enter an e-mail address, like name@example.org"))


class BrandForm(PageForm):
    """Whose site it is. Colours stand beside it, one field each: see `chosen_colours`."""

    name = StringField(
        _l("Name of the service"),
        filters=[one_line],
        validators=[DataRequired(_l("Enter a name")), Length(max=60, message=_l("Use 60 characters or fewer"))],
    )
    operator = StringField(
        _l("Who runs it, as a sentence for the foot of each page"),
        filters=[one_line],
        validators=[Length(max=300, message=_l("Use 300 characters or fewer"))],
    )
    phone = StringField(
        _l("A phone number for when the site is in trouble"),
        filters=[one_line],
        validators=[Length(max=40, message=_l("Use 40 characters or fewer"))],
    )
    logo = FileField(_l("Logo"))
    drop_logo = BooleanField(_l("Go back to our mark"))

    def validate_logo(self, field: FileField) -> None:
        """A PNG or a plain SVG."""
        self.picture: tuple[bytes, str] | None = None
        told = field.data.read() if field.data and getattr(field.data, "filename", "") else b""
        if not told:
            return
        kind = kind_of(told)
        if kind is None:
            raise ValidationError(
                _("The logo must be a PNG of at most 2,000 pixels, or an SVG without scripts and links, up to 200 KB")
            )
        self.picture = (told, kind)

    def look(self, chosen: dict[str, str]) -> Look:
        """What was chosen."""
        return Look(
            self.name.data, self.operator.data, self.phone.data, chosen, self.picture, drops_logo=self.drop_logo.data
        )


def chosen_colours(told: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The colours that were chosen, those of ours left out, and what is wrong with them, one sentence each."""
    typed = {name: told.get(f"colour-{name}", "").strip().lower() for name in colours.OURS}
    wrong = [
        _("Write “%(colour)s” like #0b5351", colour=str(colours.LABELS[name]))
        for name, value in typed.items()
        if value and not COLOUR.fullmatch(value)
    ]
    if wrong:
        return {}, wrong
    chosen = {name: value for name, value in typed.items() if value and value != colours.OURS[name]}
    return chosen, [
        _(
            "%(letters)s on %(ground)s has a contrast of %(contrast)s. It must be 4.5 or more.",
            letters=_("White") if letters == "white" else str(colours.LABELS[letters]),
            ground=_("White") if ground == "white" else str(colours.LABELS[ground]),
            contrast=f"{contrast:.1f}",
        )
        for letters, ground, contrast in colours.unreadable(chosen)
    ]
