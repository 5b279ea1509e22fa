"""Filters that were only read from the words, where they leave few or nothing: others follow those that pass."""

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.wording import comma_list
from portal.directory.filters import BY_NAME
from portal.directory.one_search import FEW_GUESSED, Search, first_answer
from portal.search.port import Result


def without_guesses(search: Search, result: Result) -> Result:
    """Where filters that were only read from the words leave few or nothing, one of them is left out, else all.

    Those that pass stay first. The reader is told.
    """
    read = search.guesses.filters
    if result.total >= FEW_GUESSED or not read:
        return result
    before = search.request
    narrow = [search.query] if result.total else []
    wider = result
    for names in (*((name,) for name in read), *([tuple(read)] if len(read) > 1 else [])):
        dropped = [(name, value) for name in names for value in read[name]]
        refused = tuple(dict.fromkeys((*before.refused, *(f"{name}:{value}" for name, value in dropped))))
        search.request = replace(before, refused=refused)
        search.narrow = tuple(narrow)
        found = first_answer(search)
        if found.total > wider.total:
            wider, asked, search.loosened = found, search.request, {name: read[name] for name in names}
            told = dropped
            narrow.append(search.query)
        if wider.total >= FEW_GUESSED:
            break
    if wider is result:
        search.request, search.narrow = before, ()
        return result
    search.narrow = tuple(narrow[:-1])
    search.request = replace(asked, notices=(*before.notices, _not_said(told, result.total)))
    return wider


def _not_said(values: Sequence[tuple[str, str]], number: int) -> str:
    """Tells that only so many say these values of filters, and that the others do not."""
    labels = comma_list([str(BY_NAME[name].label_of(value)) for name, value in values])
    if not number:
        return _("Nothing here says: %(filters)s. These results do not say it.", filters=labels)
    return ngettext(
        "Only %(num)s says: %(filters)s. It stands first. The others do not say it.",
        "Only %(num)s say: %(filters)s. They stand first. The others do not say it.",
        number,
        filters=labels,
    )
