"""Languages by two names: in the reader's own language, so that it can be read, and in itself, as it stands elsewhere."""

from flask_babel.speaklater import LazyString

from portal.core.i18n import LOCALES
from portal.core.i18n import gettext as _
from portal.directory.languages import name_of

OWN_NAMES = {
    **{code: locale.own_name for code, locale in LOCALES.items()},
    "ar": "العربية", "bn": "বাংলা", "gu": "ગુજરાતી", "pa": "ਪੰਜਾਬੀ", "pl": "Polski", "pt": "Português", "ro": "Română",
    "so": "Soomaali", "uk": "Українська",
}  # fmt: skip


def both_names(code: str) -> str:
    """ "Gujarati (ગુજરાતી)"; one name where both are the same. A code that is not in `OWN_NAMES` has the reader's name alone."""
    name, own = name_of(code), OWN_NAMES.get(code, "")
    return _("%(name)s (%(own_name)s)", name=name, own_name=own) if own and own != name else name


def named_later(code: str) -> LazyString:
    """The same, for a reader who is not known yet."""
    return LazyString(both_names, code)  # type: ignore[no-untyped-call]
