"""Languages that people speak at a service: the values of the filter, and the names of all others."""

from collections.abc import Mapping
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

LANGUAGE_VALUES: Mapping[str, LazyString] = MappingProxyType(
    {
        "cy": _l("Welsh"),
        "gu": _l("Gujarati"),
        "pa": _l("Punjabi"),
        "ur": _l("Urdu"),
        "bn": _l("Bengali"),
        "syl": _l("Sylheti"),
        "so": _l("Somali"),
        "ar": _l("Arabic"),
        "pl": _l("Polish"),
        "fr": _l("French"),
        "ro": _l("Romanian"),
        "pt": _l("Portuguese"),
        "uk": _l("Ukrainian"),
        "fa": _l("Persian or Dari"),
        "ti": _l("Tigrinya"),
        "bsl": _l("British Sign Language (BSL)"),
    }
)
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


def name_of(code: str) -> str:
    """What a language is called, in the reader's language; its code where nobody has a name for it."""
    if code in LANGUAGE_VALUES:
        return str(LANGUAGE_VALUES[code])
    reader = get_locale() or Locale("en")
    try:
        return Locale.parse(code, sep="-").get_language_name(reader) or code
    except (UnknownLocaleError, ValueError):
        return code


def is_right_to_left(code: str) -> bool:
    """True if the language is written from right to left."""
    return code.partition("-")[0].lower() in RIGHT_TO_LEFT
