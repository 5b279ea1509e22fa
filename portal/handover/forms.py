"""What practice staff type: the one page of a handover, an answer to a question, and why something is called off."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, RadioField, SearchField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal.attachments.forms import WithFile, WordsOrFile
from portal.codes import phones
from portal.codes.dates import Unclear
from portal.core.forms import LONGEST_NAME, KeyedForm, PageForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import is_email, one_line, plain
from portal.directory.help_first import FreeWords
from portal.directory.needs import NEEDS
from portal.handover import identity
from portal.handover.identity import Identity
from portal.people.consents import TO_INTRODUCE, USUAL, Agreement, GivenBy, How
from portal.referrals.messages import LONGEST as LONGEST_MESSAGE
from portal.referrals.reasons import REASONS

LONGEST_REASON = 500
LONGEST_NOTE = 500
BY_LINK = "link"
AGREED: dict[str, LazyString] = {
    "spoken": _l("They said yes"),
    "written": _l("They signed"),
    BY_LINK: _l("Ask them by link: it goes once they agree"),
}
"""How the person agreed, or that they have yet to be asked."""
WAYS: dict[str, LazyString] = {
    "phone": _l("Phone"),
    "text": _l("Text"),
    "e-mail": _l("E-mail"),
    "through-me": _l("Ask through the practice"),
}
VOICEMAIL = "voicemail"
SOMEBODY_ELSE: dict[str, LazyString] = {
    "young": _l("They are under 16 and understand this"),
    "parent": _l("They are under 16: a parent or guardian agreed"),
    "attorney": _l("They cannot decide this: an attorney or deputy agreed"),
    "worker": _l("They cannot decide this: it is in their best interest"),
}
"""Where the person's own word is not enough, or not to be had."""
FOR_PRACTICE = (*sorted(TO_INTRODUCE), "outcomes")
"""What the practice may know, where the person agreed that it hears how it ended."""


def choices(words: Mapping[str, LazyString | str]) -> list[SelectChoice]:
    """Values with their words, as fields take them."""
    return [SelectChoice(value, label) for value, label in words.items()]


class OneOf(RadioField):
    """One of a few answers. What was chosen is looked at by the form, in its own words."""

    def __init__(self, label: LazyString, words: Mapping[str, LazyString | str], **options: object) -> None:
        super().__init__(label, choices=choices(words), validate_choice=False, **options)

    @property
    def pairs(self) -> list[tuple[str, LazyString | str]]:
        """Value and words of each, as the page draws them."""
        return [(one.value, one.label) for one in self.choices]

    @property
    def chosen(self) -> str | None:
        """What was chosen, if it is one of them."""
        return self.data if self.data in [value for value, _words in self.pairs] else None


class SomeOf(SelectMultipleField):
    """Several of a few answers."""

    def __init__(self, label: LazyString, words: Mapping[str, LazyString | str], **options: object) -> None:
        super().__init__(label, choices=choices(words), **options)

    @property
    def pairs(self) -> list[tuple[str, LazyString | str]]:
        """Value and words of each, as the page draws them."""
        return [(one.value, one.label) for one in self.choices]


@dataclass(frozen=True)
class Contact:
    """How to reach somebody, as it was typed and ticked. Phones are E.164. `voicemail` is None where it was not asked."""

    phone: str | None
    email: str | None
    ways: tuple[str, ...]
    voicemail: bool | None

    def as_kept(self) -> dict[str, object]:
        """As a person's record holds it: see `portal.people.items`."""
        told = {"ways": list(self.ways), "phone": self.phone, "email": self.email, "voicemail": self.voicemail}
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True)
class Told:
    """One handover, made plain. `agreement` is None where the person is to be asked by link."""

    name: str
    identity: Identity
    contact: Contact
    reason: str
    needs: tuple[str, ...]
    agreement: Agreement | None
    tells_outcome: bool
    team: UUID | None
    form_key: str


class HandOverForm(FreeWords, KeyedForm):
    """Four things to type, and what was agreed. Everything else is asked by the link worker at the first contact."""

    free = ("reason", "basis_note")

    name = StringField(
        _l("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter a name")),
            Length(max=LONGEST_NAME, message=_l("Use 100 characters or fewer")),
        ],
    )
    who = SearchField(_l("NHS number or date of birth"), filters=[one_line])
    contact = StringField(_l("Phone or e-mail"), filters=[one_line])
    ways = SomeOf(_l("Which ways are safe?"), {**WAYS, VOICEMAIL: _l("It is safe to leave a voicemail")})
    reason = TextAreaField(
        _l("What would help, in a line"),
        filters=[plain],
        validators=[
            DataRequired(_l("Say in a sentence what would help")),
            Length(max=LONGEST_REASON, message=_l("Use 500 characters or fewer")),
        ],
    )
    needs = SomeOf(_l("What it is about"), {need.id: need.label for need in NEEDS.values()})
    agreed = OneOf(_l("How did the person agree?"), AGREED)
    tells_outcome = BooleanField(_l("They also agree that the practice hears how it ended"))
    given_by = OneOf(_l("Who agreed"), SOMEBODY_ELSE)
    basis_note = TextAreaField(
        _l("How you found this, and who was asked"),
        filters=[plain],
        validators=[Length(max=LONGEST_NOTE, message=_l("Use 500 characters or fewer"))],
    )
    team = OneOf(_l("Which link worker team?"), {})

    def __init__(self, *args: object, teams: tuple[tuple[str, str], ...] = (), **options: object) -> None:
        super().__init__(*args, **options)
        self.team.choices = choices(dict(teams))
        self.identity = Identity()
        self.phone: str | None = None
        self.email: str | None = None

    def validate_who(self, field: SearchField) -> None:
        """One of the two, and one that can be."""
        try:
            self.identity = identity.read(field.data)
        except Unclear as problem:
            raise ValidationError(str(problem)) from problem

    def validate_contact(self, field: StringField) -> None:
        """A phone number or an e-mail address; neither where the practice passes things on."""
        typed = field.data or ""
        self.phone, self.email = phones.read(typed), typed if is_email(typed) else None
        if typed and self.phone is None and self.email is None:
            raise ValidationError(_("Enter a phone number or an e-mail address, like 07700 900 982"))
        if not typed and "through-me" not in self.chosen_ways:
            raise ValidationError(_("Enter a phone number or an e-mail address, or tick “Ask through the practice”"))

    def validate_ways(self, _field: SomeOf) -> None:
        """At least one, and one by which what was typed can be used."""
        ways = set(self.chosen_ways)
        if not ways:
            raise ValidationError(_("Tick at least one way that is safe"))
        if self.phone is None and ways & {"phone", "text"} and not self.contact.errors:
            raise ValidationError(_("Enter a phone number above, or do not tick phone or text"))
        if self.email is None and "e-mail" in ways and not self.contact.errors:
            raise ValidationError(_("Enter an e-mail address above, or do not tick e-mail"))
        if "text" in ways and self.phone and not phones.is_mobile(self.phone):
            raise ValidationError(_("Texts need a mobile number: do not tick text"))

    def validate_agreed(self, field: OneOf) -> None:
        """Nobody is handed over without a word of how they agreed."""
        if field.chosen is None and self.given_by.chosen is None:
            raise ValidationError(_("Say how the person agreed, or ask them by link"))
        if field.chosen == BY_LINK and self.given_by.chosen is not None:
            raise ValidationError(_("Say how they agreed: who cannot decide alone is not asked by link"))

    def validate_basis_note(self, field: TextAreaField) -> None:
        """Whoever decides for somebody says on what ground."""
        if self.given_by.data in {"young", "attorney", "worker"} and not field.data:
            raise ValidationError(_("Say in a sentence how you found this, and who was asked"))

    def validate_team(self, field: OneOf) -> None:
        """One of those that take this practice's patients, where there are several."""
        if len(field.pairs) > 1 and field.chosen is None:
            raise ValidationError(_("Choose a link worker team"))

    @property
    def chosen_ways(self) -> list[str]:
        """The ways that were ticked."""
        return [way for way in self.ways.data or [] if way in WAYS]

    def told(self) -> Told:
        """What was typed."""
        voicemail = True if VOICEMAIL in (self.ways.data or []) else None
        team = self.team.chosen or next((value for value, _words in self.team.pairs), None)
        return Told(
            name=self.name.data,
            identity=self.identity,
            contact=Contact(self.phone, self.email, tuple(self.chosen_ways), voicemail),
            reason=self.reason.data,
            needs=tuple(self.needs.data or ()),
            agreement=self._agreement(),
            tells_outcome=bool(self.tells_outcome.data),
            team=UUID(team) if team else None,
            form_key=str(self.key.data),
        )

    def _agreement(self) -> Agreement | None:
        if self.agreed.data == BY_LINK:
            return None
        other = self.given_by.chosen
        given_by: GivenBy = other if other in {"parent", "attorney", "worker"} else "person"  # type: ignore[assignment]
        how: How = "written" if self.agreed.data == "written" else "spoken"
        if given_by in {"attorney", "worker"}:
            how = "best-interest"
        return Agreement(how=how, scopes=USUAL, given_by=given_by, basis_note=self.basis_note.data or None)


class ReplyForm(FreeWords, WithFile, KeyedForm):
    """An answer to the team's question, or a message to it; in words or as a file."""

    free = ("words",)

    words = TextAreaField(
        _l("Your answer"),
        filters=[plain],
        validators=[
            WordsOrFile(_l("Write what you want to say")),
            Length(max=LONGEST_MESSAGE, message=_l("Use 20,000 characters or fewer")),
        ],
    )


class WithdrawForm(FreeWords, PageForm):
    """Why a handover is called off."""

    free = ("words",)

    reason = OneOf(_l("Why?"), {code: reason.label for code, reason in REASONS.items() if reason.withdraws})
    words = TextAreaField(
        _l("In a sentence, if the reason does not say it"),
        filters=[plain],
        validators=[Length(max=LONGEST_NOTE, message=_l("Use 500 characters or fewer"))],
    )

    def validate_reason(self, field: OneOf) -> None:
        """One of those that fit."""
        if field.chosen is None:
            raise ValidationError(_("Choose a reason"))

    def validate_words(self, field: TextAreaField) -> None:
        """Where the code alone does not say it."""
        reason = REASONS.get(self.reason.data or "")
        if reason is not None and reason.needs_words and not field.data:
            raise ValidationError(_("Say in a sentence why"))


class AgreedForm(PageForm):
    """How somebody agreed who was asked by link and said it at the practice."""

    how = OneOf(_l("How did they agree?"), {how: words for how, words in AGREED.items() if how != BY_LINK})
    tells_outcome = BooleanField(_l("They also agree that the practice hears how it ended"))

    def validate_how(self, field: OneOf) -> None:
        """Spoken or written."""
        if field.chosen is None:
            raise ValidationError(_("Say how the person agreed"))
