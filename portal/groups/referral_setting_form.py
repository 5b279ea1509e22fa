"""The form of how a listing takes referrals."""

import re

from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from portal.core.form_fields import Choice
from portal.core.forms import PageForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.groups.form_parts import line
from portal.groups.referral_settings import Setting
from portal.referrals.models import ReferralSetting

DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
MOST_DISTRICTS = 40
LONGEST_QUESTION = 120
LONGEST_WHY = 160
YES_NO = {"yes": _l("Yes"), "no": _l("No")}


class ReferralSettingForm(PageForm):
    """Whether it takes referrals here, how many places are free, what it asks and whom it takes."""

    is_open = Choice(
        _l("Do you take referrals here?"), YES_NO, needed=_l("Choose one"),
        description=_l("Link workers and people themselves can then send you one. You answer from an e-mail, or here."),
    )  # fmt: skip
    has_waiting_list = Choice(_l("Do you keep a waiting list?"), YES_NO, needed=_l("Choose one"))
    places = line(
        _l("How many places are free now?"), 20, inputmode="numeric",
        hint=_l("We count down with each person you accept, and say that you are full at 0. Leave it empty not to count."),
    )  # fmt: skip
    first = line(
        _l("Your first question"),
        LONGEST_QUESTION,
        hint=_l("At most 2, like: Will they need a lift home? You can leave both empty."),
    )
    second = line(_l("Your second question"), LONGEST_QUESTION)
    asks_birth_date = line(
        _l("Do you need the date of birth? Say why"), LONGEST_WHY,
        hint=_l("Leave it empty if you do not. Most groups need only about how old somebody is."),
    )  # fmt: skip
    serves = line(
        _l("Do you take people only from some places?"), 400,
        hint=_l("The first half of their postcodes, like LE1, LE2, LE3. Leave it empty for everywhere."),
    )  # fmt: skip
    version = HiddenField()

    def put(self, row: ReferralSetting) -> None:
        """Fill it from what stands."""
        self.is_open.data = "yes" if row.is_open else "no"
        self.has_waiting_list.data = "yes" if row.has_waiting_list else "no"
        self.places.data = "" if row.places is None else str(row.places)
        questions = [*row.questions, "", ""]
        self.first.data, self.second.data = questions[0], questions[1]
        self.asks_birth_date.data = row.asks_birth_date or ""
        self.serves.data = ", ".join(row.serves)

    def validate_places(self, field: StringField) -> None:
        """A whole number, or none."""
        if field.data and whole_number(field.data, 3) is None:
            raise ValidationError(_("Enter a number of places, like 4, or leave it empty"))

    def validate_serves(self, field: StringField) -> None:
        """First halves of postcodes."""
        wrong = [one for one in self.districts if not DISTRICT.fullmatch(one)]
        if wrong:
            raise ValidationError(_("%(what)s is not the first half of a postcode, like LE2", what=wrong[0]))
        if len(self.districts) > MOST_DISTRICTS:
            raise ValidationError(_("Enter up to %(num)s, or leave it empty for everywhere", num=MOST_DISTRICTS))

    @property
    def districts(self) -> list[str]:
        """What was typed, each once."""
        parts = re.split(r"[\s,;]+", (self.serves.data or "").upper())
        return list(dict.fromkeys(part for part in parts if part))

    def told(self) -> Setting:
        """What was typed."""
        return Setting(
            is_open=self.is_open.data == "yes",
            has_waiting_list=self.has_waiting_list.data == "yes",
            places=whole_number(self.places.data, 3) if self.places.data else None,
            questions=tuple(text for text in (self.first.data, self.second.data) if text),
            asks_birth_date=self.asks_birth_date.data or None,
            serves=tuple(self.districts),
        )
