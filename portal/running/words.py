"""Keeping the catalogues of words: gather them from the code, merge them into each language, compile.

The plural rules are those of `portal.core.i18n`; Babel's own are wrong for several languages.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from portal.core.i18n import ENGLISH, LOCALES, Locale

PORTAL = Path(__file__).parent.parent
TRANSLATIONS = PORTAL.parent / "translations"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}
OPTIONS = {"templates/**.html": {"trimmed": "true", "encoding": "utf-8"}}


def update() -> dict[str, int]:
    """Merge the words of the code into every language and compile. Gives how many have no translation, by language."""
    source = catalogue()
    return {locale.code: _update_one(locale, source) for locale in LOCALES.values() if locale != ENGLISH}


def catalogue() -> Catalog:
    """Every word of the code, without places in files, so that moving code changes no catalogue."""
    gathered = Catalog(charset="utf-8")
    for message in extracted():
        gathered.add(message.id, auto_comments=message.auto_comments)
    return gathered


def extracted() -> Iterator[Message]:
    """Every message that the code and the templates hold."""
    found = extract_from_dir(PORTAL, METHODS, OPTIONS, KEYWORDS, comment_tags=("Words:",), strip_comment_tags=True)
    for _path, _line, words, comments, _context in found:
        yield Message(words, auto_comments=comments)


def _update_one(locale: Locale, source: Catalog) -> int:
    folder = TRANSLATIONS / locale.code / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "messages.po"
    known = read_po(io.BytesIO(path.read_bytes()), locale=locale.code) if path.exists() else Catalog(locale=locale.code)
    merged = Catalog(locale=locale.code, charset="utf-8", fuzzy=False, project="portal", version="1")
    _set_plurals(merged, locale)
    for message in sorted((one for one in source if one.id), key=lambda one: str(one.id)):
        before = known.get(message.id)
        is_plural = isinstance(message.id, tuple)
        blank = ("",) * merged.num_plurals if is_plural else ""
        kept = (
            before.string if before is not None and before.string and _fits(before.string, merged, is_plural) else blank
        )
        merged.add(message.id, kept, auto_comments=message.auto_comments)
    _write(path, merged)
    return sum(1 for message in merged if message.id and not any(_as_tuple(message.string)))


def _write(path: Path, merged: Catalog) -> None:
    text = io.BytesIO()
    write_po(text, merged, width=120, omit_header=True, sort_output=False)
    header = (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"POT-Creation-Date: 2026-01-01 00:00+0000\\n"\n'
        f'"PO-Revision-Date: 2026-01-01 00:00+0000\\n"\n"Language: {merged.locale_identifier}\\n"\n'
        f'"Plural-Forms: {merged.plural_forms}\\n"\n\n'
    )
    path.write_bytes(header.encode() + text.getvalue())
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=str(merged.locale_identifier)))
    path.with_suffix(".mo").write_bytes(compiled.getvalue())


def _set_plurals(merged: Catalog, locale: Locale) -> None:
    count, _, rule = locale.plurals.partition("; plural=")
    vars(merged).update(_num_plurals=int(count.removeprefix("nplurals=")), _plural_expr=rule.rstrip(";"))


def _fits(kept: object, merged: Catalog, is_plural: bool) -> bool:
    return len(_as_tuple(kept)) == merged.num_plurals if is_plural else isinstance(kept, str)


def _as_tuple(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)
