"""Codes of the Organisation Data Service. There is no check digit: only their shape can be looked at.

Source: the 6,750 practices of its file of practices (all one letter and five digits), and its catalogue of reference data.
"""

import re

from portal.codes.typed import Readable, compact
from portal.core.i18n import lazy_gettext as _l

SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"
SCHEME = "GB-NHS"
"""The register in the words of org-id.guide, as identifiers of organisations name it."""
PRACTICE = re.compile(r"[A-HJ-NP-WYZ][0-9]{5}|(?:ALD|GUE|JER)[0-9]{3}")
"""A letter (never I, O or X) and five digits; on the Channel Islands three letters and three digits."""
ORGANISATION = re.compile(r"[A-Z0-9]{3,12}")
"""Any: trusts have three signs, sites five, local authorities and boards their own; newer ones are longer."""


def practice(text: str | None) -> str | None:
    """The code of a practice in capitals, or None where it cannot be one."""
    return _read(text, PRACTICE)


def organisation(text: str | None) -> str | None:
    """The code of any organisation in capitals, or None where it cannot be one."""
    return _read(text, ORGANISATION)


def _read(text: str | None, shape: re.Pattern[str]) -> str | None:
    code = compact(text)
    return code.upper() if code.isascii() and shape.fullmatch(code.upper()) else None


class PracticeCode(Readable):
    """A check: what was typed can be the code of a practice."""

    sentence = _l("Enter a practice code, like C82031")

    def read(self, text: str) -> str | None:
        """See `practice`."""
        return practice(text)
