"""Which files are taken: one table. What a file is tells its content; its name and its declared type have to agree.

A new kind is a row here, a function that looks it through, and a value of the constraint of `referral_attachment.kind`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from portal.attachments.papers import DOCX, OLE, PDF, sound_docx, sound_pdf
from portal.attachments.pictures import JPEG, PNG, sound_jpeg, sound_png
from portal.attachments.problems import NotSound, NotTaken
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l

LARGEST = 5 * 1024 * 1024
"""Bytes of one file."""
ANY_TYPE = frozenset({"", "application/octet-stream"})
"""What browsers declare where they do not know."""


@dataclass(frozen=True)
class Kind:
    """One kind: how it is called, what it begins with, its media types (ours first) and endings, and who looks it through.

    `sound` gives the file up to its own end. Raises NotSound.
    """

    name: str
    label: str
    starts: bytes
    types: tuple[str, ...]
    endings: tuple[str, ...]
    sound: Callable[[bytes], bytes]

    @property
    def type(self) -> str:
        """The media type that we send it as."""
        return self.types[0]


KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind("pdf", "PDF", PDF, ("application/pdf", "application/x-pdf"), ("pdf",), sound_pdf),
        Kind("png", "PNG", PNG, ("image/png",), ("png",), sound_png),
        Kind("jpeg", "JPEG", JPEG, ("image/jpeg", "image/jpg", "image/pjpeg"), ("jpg", "jpeg"), sound_jpeg),
        Kind(
            "docx", "Word", DOCX, ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
            ("docx",), sound_docx,
        ),
    )
}  # fmt: skip
ENDINGS = {ending: kind for kind in KINDS.values() for ending in kind.endings}
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)
"""For the field that chooses a file."""

WHY: Mapping[str, LazyString] = {
    "other": _l(
        "This file is not what its name says. Save it again as PDF, PNG, JPEG or Word (.docx), and choose that"
    ),
    "damaged": _l("This file is damaged or cut short. Save it again, and choose that"),
    "double": _l("This file is two kinds of file at once. Save it again as PDF, and choose that"),
    "runs": _l("This file holds a program or another file. Print it to a PDF, and choose that"),
    "unpacks": _l(
        "This Word file is damaged, locked with a password, or unpacks to too much. Save it as PDF, and choose that"
    ),
    "old": _l(
        "Old Word files (.doc) and files with a password are not taken. Save it as PDF without a password, and choose that"
    ),
}


def found_kind(content: bytes, ending: str, declared: str) -> tuple[Kind, bytes]:
    """What a file is, and the file up to its own end. `ending` of its name, `declared` by the browser.

    Raises NotTaken with a sentence for who gives it.
    """
    named = ENDINGS.get(ending)
    if named is None:
        raise NotTaken(_("Choose a PDF, PNG, JPEG or Word (.docx) file"))
    if not content:
        raise NotTaken(_("The file is empty. Choose another"))
    if len(content) > LARGEST:
        raise NotTaken(_("The file is larger than 5 MB. Choose a smaller one"))
    if content.startswith(OLE):
        raise NotTaken(str(WHY["old"]))
    if not content.startswith(named.starts) or declared.lower() not in {*named.types, *ANY_TYPE}:
        raise NotTaken(str(WHY["other"]))
    try:
        return named, named.sound(content)
    except NotSound as problem:
        raise NotTaken(str(WHY[problem.why])) from problem
