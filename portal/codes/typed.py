"""What people type where a number or a code is asked for: digits of any script, with spaces and dashes as they like."""

import re
import unicodedata

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from portal.core.plain import one_line

LONGEST = 60
BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212\uff0d]+")
"""Spaces and dashes of every width."""


def plain_digits(text: str) -> str:
    """A text with its digits as 0 to 9, whatever script or width they have."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def compact(text: str | None) -> str:
    """What was typed, its digits made plain, without spaces and dashes. Empty where it is too long to be any code."""
    line = one_line(text)
    return BETWEEN.sub("", plain_digits(line)) if len(line) <= LONGEST else ""


class Readable:
    """A check of a form: what was typed can be read. Nothing typed is for other checks to judge.

    Each kind of number has its own, which knows how it is read and what is said of what cannot be.
    """

    sentence: LazyString

    def __init__(self, sentence: LazyString | None = None) -> None:
        self.told = sentence or self.sentence

    def read(self, text: str) -> str | None:
        """What the text says, as it is kept, or None."""
        raise NotImplementedError

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if field.data and self.read(field.data) is None:
            raise ValidationError(str(self.told))
