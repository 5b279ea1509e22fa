"""Forms of agreements: what stands on a paper, who signed it, what it promises, and what was done about it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms import BooleanField

from portal.codes.dates import day_field
from portal.core.form_fields import Choice, Number, Select, line, words
from portal.core.forms import KeyedForm, PageForm, ShownVersion, VersionedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.partners.agreement_actions import MOST_PROMISED, AgreementTold, quarters_of
from portal.partners.kinds import AGREEMENTS, UNITS, amounts_words
from portal.partners.models import Agreement, PartnerTask

FIELDS = ("kind", "title", "reference", "link", "starts_on", "ends_on", "review_on")
DONE, LAPSES, PUT_OFF = "done", "lapses", "put-off"
WHOLE = _l("Enter a whole number from 0 to %(most)s, or leave it empty")


class AgreementFields(PageForm):
    """What stands on a paper."""

    kind = Select(_l("What it is"), {"": _l("Choose one"), **AGREEMENTS}, needed=_l("Choose what it is"))
    title = line(
        _l("Title"), _l("For example, Evening cafe, Saffron and Belgrave"), needed=_l("Enter a title"), longest=160
    )
    reference = line(_l("Reference"), _l("Of your own files, if it has one"), longest=60)
    link = line(_l("Where the paper is"), _l("An address that begins with https://. Who may read it there is settled there."),
                longest=500)  # fmt: skip
    starts_on = day_field(_l("First day"), needed=_l("Enter the first day"))
    ends_on = day_field(_l("Last day"), hint=_l("Leave it empty if it has none."))
    review_on = day_field(_l("To be reviewed on"), hint=_l("We ask for it 90, 60 and 30 days before."))

    def told(self) -> AgreementTold:
        """What was typed."""
        return AgreementTold(
            kind=self.kind.data, title=self.title.data or "", starts_on=self.starts_on.day,
            ends_on=self.ends_on.data, review_on=self.review_on.data,
            reference=self.reference.data or None, link=self.link.data or None,
        )  # fmt: skip


class AgreementForm(AgreementFields, KeyedForm):
    """A new agreement."""


class AgreementChangeForm(AgreementFields, ShownVersion):
    """An agreement that stands."""

    @staticmethod
    def standing(one: Agreement) -> dict[str, Any]:
        """What stands."""
        return {name: getattr(one, name) for name in FIELDS}


class RenewForm(AgreementFields, VersionedForm):
    """The next of its kind, with the capacity of the one before unless the tick is taken away."""

    same_capacity = BooleanField()

    def offer_capacity(self, amounts: Mapping[str, int]) -> None:
        """Say what was promised last, by unit; where nothing was, it is not asked."""
        if not amounts:
            del self.same_capacity
            return
        told = _("Promise the same for each of its quarters: %(amounts)s", amounts=amounts_words(amounts))
        self.same_capacity.label.text = told

    @property
    def keeps_capacity(self) -> bool:
        """Whether what was promised is to go on."""
        return "same_capacity" in self and bool(self.same_capacity.data)

    @staticmethod
    def standing(_one: Agreement) -> dict[str, Any]:
        """Nothing that could be set beside what was typed: it is another agreement."""
        return {}


class EndAgreementForm(ShownVersion):
    """It ends before its time."""

    ended_on = day_field(_l("Last day"), needed=_l("Enter the last day"))
    why = words(_l("Why?"), needed=_l("Say why it ends"), longest=1_000)

    @staticmethod
    def standing(one: Agreement) -> dict[str, Any]:
        """What stands."""
        return {"ended_on": one.ended_on, "why": one.ended_why}


class SignForm(KeyedForm):
    """Who signed."""

    organisation = Select(_l("For which organisation"), needed=_l("Choose an organisation"))
    name = line(
        _l("Name"), _l("It is kept encrypted, and stands on no export."), needed=_l("Enter the name"), longest=100
    )
    job = line(_l("As what"), _l("For example, Chief officer"), longest=100)
    signed_on = day_field(_l("On which day"), needed=_l("Enter the day"))

    def offer_organisations(self, told: dict[UUID, str]) -> None:
        """Those that may have signed: the partner, and who leads."""
        self.organisation.offer({"": _l("Choose one"), **{str(one): name for one, name in told.items()}})


class PromiseForm(ShownVersion):
    """What is promised for a quarter."""

    quarter = Select(_l("Quarter"), needed=_l("Choose a quarter"))
    places = Number(
        UNITS["places"], WHOLE, most=MOST_PROMISED,
        description=_l("How many people can be taken on. Leave it empty if none are promised."),
    )  # fmt: skip
    sessions = Number(
        UNITS["sessions"], WHOLE, most=MOST_PROMISED,
        description=_l("How many sessions are held. Leave it empty if none are promised."),
    )  # fmt: skip

    def offer_quarters(self, one: Agreement) -> None:
        """Those in which the agreement holds."""
        found = quarters_of(one)
        self.quarter.offer({"": _l("Choose one"), **{quarter.slug: quarter.label for quarter in found}})

    def amounts(self) -> dict[str, int | None]:
        """By unit."""
        return {unit: self[unit].number for unit in UNITS}

    @staticmethod
    def standing(_one: Agreement) -> dict[str, Any]:
        """The page of the agreement shows what stands."""
        return {}


class TaskForm(ShownVersion):
    """What becomes of a task."""

    what = Choice(_l("What do you want to do?"), {DONE: _l("It is done")}, needed=_l("Choose what to do"))
    reason = words(
        _l("What was done, or why it is put off"), needed=_l("Say what was done, or why it is put off"), longest=1_000
    )
    until = day_field(_l("Ask again on"), hint=_l("If you put it off: within the next 90 days."))
    next_on = day_field(_l("Next review"), hint=_l("If it was reviewed. Leave it empty if there is no other."))

    def offer_for(self, task: PartnerTask) -> None:
        """What can be done about this one."""
        first = {
            "review": {DONE: _l("The review was held")}, "end": {LAPSES: _l("Let it run out on its last day")},
            "dissolved": {DONE: _l("What has to happen has happened")},
        }[task.kind]  # fmt: skip
        self.what.offer({**first, PUT_OFF: _l("Put it off")})
        if task.kind != "review":
            del self.next_on

    @staticmethod
    def standing(task: PartnerTask) -> dict[str, Any]:
        """What stands."""
        return {"reason": task.reason, "until": task.until}
