"""What stands in `hereabouts`: each attribute that the standard has no word for, and what it says. Readers may pass over it.

A column that `portal/openreferral/tables.py` gives to `hereabouts` needs a row here; a test says so.
"""

from collections.abc import Mapping
from types import MappingProxyType

EXTENSIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "service": {
            "lang": "Language of its texts, as BCP 47 has it.",
            "summary": "One or two sentences, at most 160 letters.",
            "who_for": "Whom it is for. The same as eligibility_description.",
            "first_visit": "What happens the first time, step by step.",
            "how_to_join": "How to join. The same as application_process.",
            "joining": "Ways in: drop_in, self_refer, book, referral_needed and others.",
            "audiences": "Whom it is meant for, in the words of the filter who of our own pages.",
            "excluded_audiences": "Whom it is not for.",
            "anyone_welcome": "Whether anybody is welcome, whoever it is meant for.",
            "bring_someone": "Whether somebody may be brought along.",
            "opening_text": "When it is open, in the words of whoever runs it.",
            "space": "Whether it takes new people: state (space, waiting, full, paused), and where told weeks to wait,"
            " full_until, and said_at.",
            "assured_by": "Who confirmed it last: group, moderator, source.",
            "assured_how": "How they confirmed it: email, phone, page.",
            "freshness": "How fresh it is today: state, the words of the tag on our pages, checked_on, checked_by.",
            "provenance": "Where a copied listing comes from: source, url, licence, its id there, and copied_at.",
            "gone": "Of what is no longer listed, among services with modified_after: reason (closed, withdrawn, merged,"
            " aged_out), at, and merged_into.",
        },
        "organization": {"lang": "Language of its texts, as BCP 47 has it."},
        "contact": {"hours": "When this contact can be reached."},
        "cost_option": {"kind": "free, donation or paid."},
        "location": {
            "privacy": "public; or area: only the area is told; or hidden: nothing of the place is told.",
            "place_name": "The part of town.",
            "getting_there": "The way there, in words.",
            "authority_code": "Code of the local authority, as the Office for National Statistics has it.",
            "neighbourhood_code": "Code of the neighbourhood (MSOA 2021).",
        },
        "accessibility": {
            "fact": "What is asked, such as step_free.",
            "answer": "Yes or no. What nobody answered is left out.",
        },
        "service_at_location": {
            "delivery_modes": "How it is used here: in_person, online, phone, home_visit.",
            "sessions": "When people meet, with dates on which it is off or extra. Schedules repeat them for readers who know"
            " schedules alone.",
        },
        "schedule": {"session": "True where it only repeats a session."},
        "taxonomy": {"key": "What tells it apart, where that is no address and so no uri."},
    }
)
"""By the thing it stands in."""
