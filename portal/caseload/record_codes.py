"""The further details of a record: where the answers to each come from, and what is said of them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel.speaklater import LazyString

from portal.codes import queries
from portal.core.i18n import lazy_gettext as _l

YES_NO: Mapping[str, LazyString] = {"yes": _l("Yes"), "no": _l("No")}
GENDER: Mapping[str, LazyString] = {"female": _l("Female"), "male": _l("Male"), "other": _l("Described another way")}
"""Codes of FHIR administrative gender."""
SEX_AT_BIRTH: Mapping[str, LazyString] = {
    "female": _l("Female"),
    "male": _l("Male"),
    "other": _l("Described another way"),
}
LONE_VISIT: Mapping[str, LazyString] = {
    "alone": _l("Fine to visit alone"),
    "not-alone": _l("Do not visit alone"),
    "not-at-home": _l("Do not visit at home"),
}


def _of_list(name: str) -> Callable[[str], str]:
    return lambda code: queries.label(name, code) or code


def _of_table(words: Mapping[str, LazyString]) -> Callable[[str], str]:
    return lambda code: str(words.get(code, code))


WORDS_OF: Mapping[str, tuple[LazyString, Callable[[Any], str]]] = {
    "gender": (_l("Gender"), _of_table(GENDER)),
    "sex_at_birth": (_l("Sex at birth"), _of_table(SEX_AT_BIRTH)),
    "ethnic_category": (_l("Ethnic group"), _of_list("ethnic-category")),
    "practice_code": (_l("GP practice"), str),
    "carer_status": (_l("Looks after somebody"), _of_table(YES_NO)),
    "lives_alone": (_l("Lives alone"), _of_table(YES_NO)),
    "veteran": (_l("Served in the armed forces"), _of_table(YES_NO)),
    "employment": (_l("Work"), str),
    "housing": (_l("Housing"), _of_list("housing")),
}
"""Each detail: what it is called, and what is said for what is on record."""
LISTS: Mapping[str, str] = {"ethnic_category": "ethnic-category", "housing": "housing"}
"""Details whose answers are a list that an operator loads, and the list's name."""
TABLES: Mapping[str, Mapping[str, LazyString]] = {
    "gender": GENDER,
    "sex_at_birth": SEX_AT_BIRTH,
    "carer_status": YES_NO,
    "lives_alone": YES_NO,
    "veteran": YES_NO,
}
"""Details whose answers are ours."""
NO_NUMBER: Mapping[str, LazyString] = {
    "not-asked": _l("Not asked yet"),
    "not-known": _l("They do not know it"),
    "not-registered": _l("Not registered with a practice"),
    "prefers-not": _l("They would rather not say"),
}
"""Why there is no NHS number, in codes of our own, until the list of UK Core is loaded."""
NOT_ASKED = "not-asked"
NO_NUMBER_LIST = "nhs-number-unavailable-reason"


def no_number_choices() -> list[tuple[str, str]]:
    """Why there is no NHS number: the loaded list, else ours."""
    if loaded := queries.choices(NO_NUMBER_LIST):
        return [(NOT_ASKED, str(NO_NUMBER[NOT_ASKED])), *loaded]
    return [(code, str(label)) for code, label in NO_NUMBER.items()]


def why_no_number(code: str | None) -> str:
    """What is said for the reason on record; one that was typed, before there were codes, as it was."""
    if not code or code in NO_NUMBER:
        return str(NO_NUMBER[code or NOT_ASKED])
    return queries.label(NO_NUMBER_LIST, code) or code
