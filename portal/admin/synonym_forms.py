"""The form for a phrase and what it means."""

from hashlib import sha256

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired

from portal.core.forms import PageForm
from portal.core.plain import one_line
from portal.directory import synonyms
from portal.directory.query_set import Trial
from portal.directory.synonyms import Draft


class SynonymForm(PageForm):
    """Language, phrase and meaning. `seen` names the preview that was looked at; `anyway`: save although something gets worse."""

    language = SelectField(_l("Language of the phrase"))
    phrase = StringField(_l("Phrase"), filters=[one_line], validators=[DataRequired(_l("Enter a phrase."))])
    meaning = SelectField(_l("What it means"))
    anyway = BooleanField(_l("Save it although some searches are understood worse"))
    seen = HiddenField()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.language.choices = list(synonyms.language_names().items())
        self.meaning.choices = {heading: list(told.items()) for heading, told in synonyms.grouped().items()}


def preview_of(draft: Draft, tried: Trial) -> str:
    """What stands for a preview: of another phrase, or with another outcome, it is another."""
    return sha256(repr((draft.row, tried)).encode()).hexdigest()
