"""Forms of information governance."""

from wtforms import SearchField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.core.forms import KeyedForm, PageForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line, plain
from portal.core.references import read_reference

LONGEST = 500
TOO_LONG = Length(max=LONGEST, message=_l("Use 500 characters or fewer"))
REASON = (DataRequired(_l("Enter a reason")), TOO_LONG)
WHO = _l("Enter a reference, like K7PH-4MWX, or an NHS number, like 999 123 4551")


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

    reason = StringField(
        _l("Why is it erased?"), filters=[one_line], validators=[DataRequired(_l("Enter a reason")), Length(max=200)]
    )
    reference = StringField(_l("Type the reference to erase it"), filters=[one_line])

    def is_meant(self, reference: str) -> bool:
        """Whether the reference was typed again; says at the field where it was not."""
        if read_reference(self.reference.data or "") == reference:
            return True
        self.refuse("reference", str(_l("Type the reference of this record")))
        return False
