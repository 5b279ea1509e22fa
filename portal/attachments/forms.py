"""The field for a file beside the words of a message: a form that takes one is also a `WithFile`."""

from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf.file import FileField
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from portal.attachments.actions import Offered, looked_through
from portal.attachments.kinds import ACCEPT, LARGEST
from portal.attachments.problems import NotTaken
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l


class WithFile:
    """A file may come along. `offered`: what was chosen, once the form was checked and it is sound."""

    file = FileField(
        _l("Add a file (optional)"),
        description=_l("A PDF, PNG, JPEG or Word (.docx) of up to 5 MB. No more of the person than they need to know."),
        render_kw={"accept": ACCEPT},
    )
    offered: Offered | None = None

    def validate_file(self, field: FileField) -> None:
        """It is what its name says, and no more than it may be."""
        self.offered = None
        if field.data is None:
            return
        sent = field.data
        try:
            self.offered = looked_through(sent.filename, sent.mimetype or "", sent.stream.read(LARGEST + 1))
        except NotTaken as problem:
            raise ValidationError(problem.sentence) from problem


class WordsOrFile:
    """A check: something was written, or a file was chosen."""

    def __init__(self, sentence: LazyString) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        if not field.data and form["file"].data is None:
            raise StopValidation(str(self.sentence))


def words_of(field: Field) -> str:
    """What was written, or what stands for it where a file says it all."""
    return str(field.data or _("See the file."))
