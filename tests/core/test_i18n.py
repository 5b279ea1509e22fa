"""Words in the language of the page, in code and in templates."""

from flask import Flask, render_template_string
from flask_babel import force_locale, gettext, lazy_gettext

LABEL = lazy_gettext("Urgent help")


def test_words_follow_the_language_of_each_page(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.test_request_context("/", environ_overrides={"portal.language": "cy"}):
        welsh = gettext("Urgent help")
        assert (str(LABEL), render_template_string("{{ _('Urgent help') }}")) == (welsh, welsh) != ("Urgent help",) * 2
    with sqlite_app.app_context(), sqlite_app.test_request_context("/"):
        assert (str(LABEL), gettext("Urgent help")) == ("Urgent help", "Urgent help")


def test_another_language_can_be_borrowed_and_is_given_back(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.test_request_context("/"):
        before = str(LABEL)
        with force_locale("cy"):
            assert render_template_string("{{ _('Urgent help') }}") == gettext("Urgent help") != before
        assert str(LABEL) == gettext("Urgent help") == before


def test_parts_of_a_message_in_a_page_are_escaped_and_signs_of_percent_kept(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.test_request_context("/"):
        said = render_template_string("{{ _('Near %(place)s', place='<b>') }} {{ gettext('50%%') }}")
        assert said == "Near &lt;b&gt; 50%"


def test_words_outside_a_page_are_english(sqlite_app: Flask) -> None:
    assert gettext("Urgent help") == "Urgent help"
