"""Forms of information governance."""

from flask_babel.speaklater import LazyString
from wtforms import RadioField, SearchField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length

from portal.core.forms import KeyedForm, PageForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line, plain
from portal.core.references import read_reference

LONGEST = 500
TOO_LONG = Length(max=LONGEST, message=_l("Use 500 characters or fewer"))
REASON = (DataRequired(_l("Enter a reason")), TOO_LONG)
WHO = _l("Enter a reference, like K7PH-4MWX, or an NHS number, like 999 123 4551")


GROUNDS = {
    "not-needed": _l("It is not needed any more"),
    "agreement-ended": _l("The person no longer agrees to it"),
    "objection": _l("The person objects to it"),
    "unlawful": _l("It should not have been kept"),
    "law": _l("A law or a court asks for it"),
}
"""Why a record may be erased: the code stands in the audit chain for good, so no words do. Source: UK GDPR 17(1)."""


class FindForm(PageForm):
    """Whose record it is."""

    who = SearchField(_l("Reference or NHS number"), filters=[one_line], validators=[DataRequired(WHO), TOO_LONG])


class GlassForm(KeyedForm):
    """Whose record it is, and why somebody outside its team has to read it now."""

    who = SearchField(_l("Reference or NHS number"), filters=[one_line], validators=[DataRequired(WHO), TOO_LONG])
    reason = TextAreaField(
        _l("Why do you have to read it now?"),
        filters=[plain],
        validators=[
            DataRequired(_l("Say in a sentence why")),
            Length(min=15, message=_l("Say it in a whole sentence")),
            TOO_LONG,
        ],
    )


class HoldForm(PageForm):
    """Why nothing of a record may be erased."""

    reason = TextAreaField(_l("Why is it kept?"), filters=[plain], validators=REASON)


class NoteForm(KeyedForm):
    """What the person says is wrong."""

    words = TextAreaField(
        _l("What is wrong, and what would be right?"),
        filters=[plain],
        validators=[DataRequired(_l("Say what is wrong")), TOO_LONG],
    )


class MistakeForm(PageForm):
    """What the second person says to it."""

    words = TextAreaField(
        _l("Why, in a sentence?"), filters=[plain], validators=[DataRequired(_l("Say in a sentence why")), TOO_LONG]
    )


class EraseForm(PageForm):
    """Why a record is erased, and at the second look its reference once more."""

    reason = RadioField(
        _l("Why is it erased?"), choices=[SelectChoice(code, words) for code, words in GROUNDS.items()], validate_choice=False,
        validators=[AnyOf(tuple(GROUNDS), message=_l("Choose a reason"))],
    )  # fmt: skip
    reference = StringField(_l("Type the reference to erase it"), filters=[one_line])

    @property
    def grounds(self) -> list[tuple[str, LazyString]]:
        """Codes and words of the reasons, in their order."""
        return list(GROUNDS.items())

    def is_meant(self, reference: str) -> bool:
        """Whether the reference was typed again; says at the field where it was not."""
        if read_reference(self.reference.data or "") == reference:
            return True
        self.refuse("reference", str(_l("Type the reference of this record")))
        return False
