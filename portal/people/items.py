"""The keys of the three encrypted documents of a person. A key that is missing was not asked yet; None was asked and not told.

Source: PRSB Social Prescribing Information Standard, UK Core, the accessible information standard (DAPB1605).
"""

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

WAYS: dict[str, LazyString] = {
    "phone": _l("Phone"),
    "text": _l("Text"),
    "e-mail": _l("E-mail"),
    "letter": _l("Letter"),
    "through-me": _l("Through me"),
}
"""`contact["ways"]`: how a person may safely be reached. "through-me": by who refers them."""
CONTACT_MODES: dict[str, LazyString] = {
    "phone": _l("Phone"),
    "text": _l("Text"),
    "e-mail": _l("E-mail"),
    "letter": _l("Letter"),
    "visit": _l("Visit"),
    "video": _l("Video call"),
    "other": _l("Another way"),
}
"""How somebody was in touch with a person, or tried to be."""
CONTACT = ("ways", "phone", "textphone", "email", "address", "voicemail", "plain_letters", "best_times", "bad_times")
"""`contact`: `voicemail` is true, false, or missing where it was not asked; phones are E.164; `address` is lines of text."""
FORMATS: dict[str, LazyString] = {
    "large-print": _l("Large print"),
    "easy-read": _l("Easy Read"),
    "braille": _l("Braille"),
    "audio": _l("Audio"),
    "bsl": _l("British Sign Language (BSL)"),
    "e-mail": _l("By e-mail, for a screen reader"),
}
ACCESS = ("language", "interpreter", "formats", "getting_in", "communication", "adjustments", "asked_on", "review_on")
"""`access`: `language` is BCP 47; `getting_in` ids of the filter "access"; dates are ISO."""
DETAILS = (
    "gender", "sex_at_birth", "ethnic_category", "practice_code", "carer_status", "lives_alone", "veteran", "employment",
    "housing", "no_fixed_abode", "related", "risk_to_worker", "lone_visit", "triggers",
)  # fmt: skip
"""`details`: codes of loaded lists or words; `related` a list of {"name", "relationship", "may_speak", "phone"}."""
AGE_GROUPS: dict[str, LazyString] = {
    "under-16": _l("Under 16"),
    "16-17": _l("16 or 17"),
    "18-25": _l("18 to 25"),
    "26-49": _l("26 to 49"),
    "50-64": _l("50 to 64"),
    "65-over": _l("65 or over"),
}
