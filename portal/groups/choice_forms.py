"""Forms of facts that are chosen or counted: needs, cost, ages, languages, space and so on.

`standing` is the value that stands: what a form cannot say of it is kept.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField
from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from portal.core import clock, form_fields, wording
from portal.core.form_fields import Choice, Ticks
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.directory.filters import BY_NAME
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.needs import LABELS, NEEDS
from portal.groups.form_parts import YES_NO, FactForm, line
from portal.groups.typed_times import Unclear, typed_date

OLDEST = 120
MOST_POUNDS = 10_000


class NeedsForm(FactForm):
    """What it helps with."""

    needs = Ticks(
        _l("What does it help with?"),
        LABELS,
        description=_l("Choose those that people would look for. Three are enough for most groups."),
    )

    def put(self, value: Any) -> None:
        self.needs.data = list(value or ())

    def told(self, standing: Any) -> Any:
        return [need for need in NEEDS if need in (self.needs.data or ())]

    def validate_needs(self, field: Field) -> None:
        """At least one, or nobody finds it."""
        if not field.data:
            raise ValidationError(_("Choose at least one"))


class DeliveryForm(FactForm):
    """The same ways at each place. `standing` has a row for every place, with none where nothing is told."""

    how = Ticks(_l("How can people use it?"), {one.id: one.label for one in BY_NAME["how"].values})

    def put(self, value: Any) -> None:
        self.how.data = sorted({mode for modes in (value or {}).values() for mode in modes})

    def told(self, standing: Any) -> Any:
        return {place: sorted(self.how.data or ()) for place in standing or {}}


class CostForm(FactForm):
    """One price, and words about it; more prices stay while the first does."""

    kind = Choice(
        _l("What does it cost?"),
        {"free": _l("Free"), "donation": _l("By donation"), "paid": _l("There is a price")},
        needed=_l("Choose one"),
    )
    amount = line(_l("Price of one session, in pounds"), 12, inputmode="decimal", hint=_l("Like 3 or 3.50"))
    words = form_fields.words(_l("More about the cost"), _l("For example: free for carers."), longest=500, rows=2)

    def put(self, value: Any) -> None:
        options = (value or {}).get("options") or [{}]
        self.kind.data = options[0].get("kind")
        self.amount.data = (options[0].get("amount") or "").removesuffix(".00")
        self.words.data = (value or {}).get("words", "")

    def validate_amount(self, field: Field) -> None:
        """An amount, where there is a price."""
        if self.kind.data == "paid" and field.data and _pounds(field.data) is None:
            raise ValidationError(_("Enter an amount in pounds, like 3 or 3.50"))

    def told(self, standing: Any) -> Any:
        option: dict[str, Any] = {"kind": self.kind.data}
        if self.kind.data == "paid" and (amount := _pounds(self.amount.data or "")) is not None:
            option["amount"] = f"{amount:.2f}"
        first = ((standing or {}).get("options") or [{}])[0]
        same = first.get("kind") == option["kind"] and first.get("amount") == option.get("amount")
        options = standing["options"] if same else [option]
        return {"options": options} | ({"words": self.words.data} if self.words.data else {})


class AgesForm(FactForm):
    """The youngest and the oldest age."""

    minimum = line(_l("Youngest age"), 3, inputmode="numeric")
    maximum = line(_l("Oldest age"), 3, inputmode="numeric", hint=_l("Leave empty where there is none."))

    def put(self, value: Any) -> None:
        for name in ("minimum", "maximum"):
            self[name].data = str((value or {}).get(name, ""))

    def validate_minimum(self, field: Field) -> None:
        """A whole number of years."""
        age = whole_number(field.data or "")
        if field.data and (age is None or age > OLDEST):
            raise ValidationError(_("Enter an age in years, like 18"))

    def validate_maximum(self, field: Field) -> None:
        """The same, and not below the youngest."""
        self.validate_minimum(field)
        youngest = whole_number(self.minimum.data or "0")
        if field.data and youngest is not None and int(field.data) < youngest:
            raise ValidationError(_("The oldest age must not be below the youngest"))

    def told(self, standing: Any) -> Any:
        told = {name: int(self[name].data) for name in ("minimum", "maximum") if self[name].data}
        return told or None


class AudiencesForm(FactForm):
    """Groups of people."""

    anyone = Choice(_l("Can anyone come?"), YES_NO)
    welcome = Ticks(_l("It is for"), {one.id: one.label for one in BY_NAME["who"].values})
    not_for = Ticks(_l("It is not for"), {one.id: one.label for one in BY_NAME["who"].values})

    def put(self, value: Any) -> None:
        told = value or {}
        self.anyone.data = _yes_no(told.get("anyone"))
        self.welcome.data, self.not_for.data = list(told.get("for", ())), list(told.get("not_for", ()))

    def validate_not_for(self, field: Field) -> None:
        """Nobody can be both."""
        if set(field.data or ()) & set(self.welcome.data or ()):
            raise ValidationError(_("A group of people cannot be in both lists"))

    def told(self, standing: Any) -> Any:
        told = {"for": sorted(self.welcome.data or ()), "not_for": sorted(self.not_for.data or ())}
        anyone = {} if not self.anyone.data else {"anyone": self.anyone.data == "yes"}
        return {name: one for name, one in told.items() if one} | anyone or None


class LanguagesForm(FactForm):
    """Languages besides English; those that we have no name for stay."""

    spoken = Ticks(_l("Which languages are spoken?"), LANGUAGE_VALUES, description=_l("Leave out English."))

    def put(self, value: Any) -> None:
        self.spoken.data = [one["code"] for one in value or ()]

    def told(self, standing: Any) -> Any:
        known = {one["code"]: one for one in standing or ()}
        others = [one for code, one in known.items() if code not in LANGUAGE_VALUES]
        rows = [known.get(code, {"code": code}) for code in self.spoken.data or ()]
        return sorted([*rows, *others], key=lambda one: one["code"]) or None


class JoiningForm(FactForm):
    """Ways to join."""

    ways = Ticks(_l("How can people join?"), {one.id: one.label for one in BY_NAME["join"].values})

    def put(self, value: Any) -> None:
        self.ways.data = list(value or ())

    def validate_ways(self, field: Field) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(_("Choose at least one way"))

    def told(self, standing: Any) -> Any:
        return [way for way in BY_NAME["join"].ids if way in (self.ways.data or ())]


class FirstVisitForm(FactForm):
    """The steps of a first visit."""

    lines = form_fields.words(
        _l("What happens on the first visit?"),
        _l("A step a line: where to go, who meets you, whether you must speak, how long you can stay."),
        longest=1_500,
        rows=6,
    )
    bring = Choice(_l("Can people bring someone?"), YES_NO)

    def put(self, value: Any) -> None:
        self.lines.data = "\n".join((value or {}).get("lines", ()))
        self.bring.data = _yes_no((value or {}).get("bring_someone"))

    def told(self, standing: Any) -> Any:
        lines = [line.strip() for line in (self.lines.data or "").split("\n") if line.strip()]
        told: dict[str, Any] = {"lines": lines} if lines else {}
        return told | ({} if not self.bring.data else {"bring_someone": self.bring.data == "yes"}) or None


class UrgentForm(FactForm):
    """What staff alone are told."""

    urgent = Choice(
        _l("Do you take urgent requests on the day that they are made?"),
        {"": _l("No, or not told"), "yes": _l("Yes, if people phone first")},
        description=_l(
            "Only signed-in staff who refer people see this. It is on no public page, in no feed and no file."
        ),
    )

    def put(self, value: Any) -> None:
        self.urgent.data = "yes" if value else ""

    def told(self, standing: Any) -> Any:
        return True if self.urgent.data == "yes" else None


class SpaceForm(FactForm):
    """Space, said now."""

    state = Choice(
        _l("Do you have space for new people?"),
        {
            "space": _l("Space now"),
            "waiting": _l("There is a wait"),
            "full": _l("Full"),
            "paused": _l("Not taking new people now"),
        },
        needed=_l("Choose one"),
    )
    weeks = line(_l("About how many weeks is the wait?"), 3, inputmode="numeric", hint=_l("If there is a wait."))
    until = line(_l("Full until"), 40, hint=_l("If you know the date, like 5 January."))

    def put(self, value: Any) -> None:
        told = value or {}
        self.state.data, self.weeks.data = told.get("state"), str(told.get("weeks", ""))
        until = told.get("full_until")
        self.until.data = wording.full_date(date.fromisoformat(until)) if until else ""

    def validate_weeks(self, field: Field) -> None:
        """A whole number."""
        if self.state.data == "waiting" and field.data and not re.fullmatch(r"[1-9][0-9]?", field.data):
            raise ValidationError(_("Enter a number of weeks, like 3"))

    def validate_until(self, field: Field) -> None:
        """A date that is not over."""
        if self.state.data != "full" or not field.data:
            return
        try:
            day = typed_date(field.data)
        except Unclear as unclear:
            raise ValidationError(str(unclear)) from unclear
        if day < clock.today():
            raise ValidationError(_("That date is over already"))

    def told(self, standing: Any) -> Any:
        told: dict[str, Any] = {"state": self.state.data, "said_at": clock.now().isoformat()}
        if self.state.data == "waiting" and self.weeks.data:
            told["weeks"] = int(self.weeks.data)
        if self.state.data == "full" and self.until.data:
            told["full_until"] = typed_date(self.until.data).isoformat()
        return told


class OpeningForm(FactForm):
    """Opening hours in words; hours day by day stay unless they are taken away."""

    words = form_fields.words(
        _l("Opening hours, in your own words"),
        _l("Like: Monday to Friday, 9am to 5pm. Closed in August."),
        longest=1_000,
        rows=4,
    )
    clear = BooleanField(_l("Take away the hours day by day that stand above"))

    def put(self, value: Any) -> None:
        self.words.data = (value or {}).get("words", "")

    def told(self, standing: Any) -> Any:
        lines = [] if self.clear.data else (standing or {}).get("lines", [])
        told = {"words": self.words.data} if self.words.data else {}
        return told | ({"lines": lines} if lines else {}) or None


def _pounds(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip().removeprefix("£").strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= MOST_POUNDS and amount == round(amount, 2) else None


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
