"""Forms of programmes, partners and roles."""

from typing import Any

from flask_babel.speaklater import LazyString

from portal.codes.dates import day_field
from portal.core.form_fields import Select, Suggested, line, words
from portal.core.forms import KeyedForm, PageForm, ShownVersion
from portal.core.i18n import lazy_gettext as _l
from portal.geography.queries import sets_shown
from portal.partners.actions import ProgrammeTold, RoleTold
from portal.partners.kinds import LEADING, ROLES
from portal.partners.models import Partner, PartnerRole, Programme
from portal.partners.queries import others_in

NOT_LEADING = {key: rules.label for key, rules in ROLES.items() if key not in LEADING}
FIRST = ("organisation", "does")
UNTIL_FURTHER = _l("Leave it empty while it goes on.")


def _organisation(label: LazyString) -> Suggested:
    hint = _l("Begin to type its name and choose it from the list, or type its whole name.")
    return Suggested(label, hint, needed=_l("Enter the name of an organisation"), longest=250)


class ProgrammeFields(PageForm):
    """What is told of a programme."""

    name = line(_l("Name"), _l("For example, Neighbourhood mental health"), needed=_l("Enter a name"), longest=160)
    area = Select(_l("Area"), needed=_l("Choose an area"))
    about = words(_l("What it is for"), longest=1_000)
    starts_on = day_field(_l("First day"), needed=_l("Enter the first day"))
    ends_on = day_field(_l("Last day"), hint=UNTIL_FURTHER)

    def told(self) -> ProgrammeTold:
        """What was typed."""
        return ProgrammeTold(
            self.name.data or "",
            self.area.data,
            self.starts_on.day,
            self.ends_on.data,
            self.about.data or None,
        )

    def offer_areas(self, standing: str | None = None) -> None:
        """The areas of this instance; and the one that stands, should it be shown no more."""
        areas = {one.slug: one.name for one in sets_shown()}
        if standing:
            areas.setdefault(standing, standing)
        self.area.offer({"": _l("Choose one"), **areas})


class ProgrammeForm(ProgrammeFields, KeyedForm):
    """A new programme under its first lead."""

    organisation = _organisation(_l("Organisation that leads"))


class ProgrammeChangeForm(ProgrammeFields, ShownVersion):
    """A programme that stands."""

    @staticmethod
    def standing(one: Programme) -> dict[str, Any]:
        """What stands."""
        return {name: getattr(one, name) for name in ("name", "area", "about", "starts_on", "ends_on")}


class LeadForm(KeyedForm):
    """Who leads from when."""

    organisation = _organisation(_l("Organisation that leads"))
    from_day = day_field(_l("From which day"), needed=_l("Enter the first day of the new lead"))


class RoleFields(PageForm):
    """What a partner is to be."""

    role = Select(_l("What it is"), {"": _l("Choose one"), **NOT_LEADING}, needed=_l("Choose what this partner is"))
    under = Select(_l("From whom it has its work"), {"": _l("Nobody")},
                   description=_l("Of a subcontractor or a grant holder. Leave it for all others."))  # fmt: skip
    starts_on = day_field(_l("First day"), needed=_l("Enter the first day"))
    ends_on = day_field(_l("Last day"), hint=UNTIL_FURTHER)

    def told(self) -> RoleTold:
        """What was typed."""
        under = self._partners.get(self.under.data or "")
        return RoleTold(self.role.data, self.starts_on.day, self.ends_on.data, under.id if under else None)

    def offer_partners(self, partner: Partner | None, programme: Programme) -> None:
        """From whom it may have its work: the other partners of the programme."""
        self._partners = {str(one.id): one for one in others_in(partner, programme)}
        self.under.offer({"": _l("Nobody"), **{key: one.organization.name for key, one in self._partners.items()}})

    _partners: dict[str, Partner] = {}


class RoleForm(RoleFields, KeyedForm):
    """Another role."""


class PartnerForm(RoleFields, KeyedForm):
    """A new partner, with its first role."""

    organisation = _organisation(_l("Organisation"))
    does = words(_l("What it does, for whom"), _l("For example, a cafe on five evenings, for adults in Saffron and Belgrave"),
                 longest=1_000)  # fmt: skip

    @property
    def shown(self) -> list[Any]:
        """The organisation first, in the form and among its problems."""
        return sorted(super().shown, key=lambda one: FIRST.index(one.name) if one.name in FIRST else len(FIRST))


class PartnerChangeForm(ShownVersion):
    """What a partner does, for whom."""

    does = words(_l("What it does, for whom"), longest=1_000)

    @staticmethod
    def standing(one: Partner) -> dict[str, Any]:
        """What stands."""
        return {"does": one.does}


class EndForm(ShownVersion):
    """The last day of a role or a seat."""

    ends_on = day_field(_l("Last day"), needed=_l("Enter the last day"))

    @staticmethod
    def standing(one: PartnerRole) -> dict[str, Any]:
        """What stands."""
        return {"ends_on": one.ends_on}


class ClosedForm(ShownVersion):
    """A partner exists no more."""

    closed_on = day_field(_l("Since which day?"), needed=_l("Enter the day on which it closed"))
    why = words(_l("How do you know?"), _l("For example, a letter of its trustees. All who keep the register read this."),
                needed=_l("Say how you know"), longest=1_000)  # fmt: skip

    @staticmethod
    def standing(one: Partner) -> dict[str, Any]:
        """What stands."""
        return {"closed_on": one.closed_on, "why": one.closed_why}
