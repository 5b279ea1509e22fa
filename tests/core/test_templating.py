"""What is quicker here than in Jinja and Flask-Babel says the same as they do."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as babel_gettext
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from portal.core import i18n
from portal.core.templating import escaped

VALUES = ("", "tea & <b>cake</b>", 'it\'s "here"', "&amp;", "ط & ß", Markup("<b>&</b>"), 3, 2.5, None, True)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_escaped_as_jinja_would(value: object) -> None:
    """Also what looks escaped already, and what is HTML of ours."""
    assert escaped(value) == str(escape(value))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_way_out_of_a_template_escapes(app: Flask, value: object) -> None:
    """Plainly, out of a macro, joined, from a block that was set, and within an attribute."""
    template = (
        "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{% set s %}{{ v }}{% endset %}"
        '{{ v }}|{{ m(v) }}|{{ m(m(v)) }}|{{ v ~ "" }}|{{ s }}|{% call m(v) %}{% endcall %}'
    ).replace("{% call m(v) %}{% endcall %}", "{{ [v]|join }}")
    said = str(escape(value))
    with app.test_request_context("/"):
        found = render_template_string("{% autoescape true %}" + template + "{% endautoescape %}", v=value)
    assert found.split("|") == [said, f"<i>{said}</i>", f"<i><i>{said}</i></i>", said, said, said]


@pytest.mark.parametrize("language", ["en", "cy", "ur"])
def test_a_message_is_said_as_flask_babel_says_it(app: Flask, language: str) -> None:
    """In each language in turn, within one request and after it, at once and put off."""
    put_off = i18n.lazy_gettext("Drop in")
    with app.test_request_context("/"), force_locale(language):
        assert i18n.gettext("Drop in") == babel_gettext("Drop in")
        assert str(put_off) == str(lazy_gettext("Drop in"))
        assert i18n.gettext("%(time)sam", time="9.30") == babel_gettext("%(time)sam", time="9.30")
    with app.test_request_context("/"):
        assert i18n.gettext("Drop in") == babel_gettext("Drop in") == "Drop in"


def test_fixed_addresses_keep_the_language(app: Flask) -> None:
    """An address that was made for one language is not given to the next."""
    client = app.test_client()
    for prefix in ("", "/cy", ""):
        page = client.get(f"{prefix}/").get_data(as_text=True)
        assert f'href="{prefix}/urgent-help"' in page


def test_each_picture_is_its_own(app: Flask) -> None:
    """Pictures are kept by name and by look, and an unknown name stays an error each time."""
    template = '{% from "components/icon.html" import icon %}{{ icon(name, filled=filled) }}'
    with app.test_request_context("/"):
        for _time in range(2):
            drawn = {
                render_template_string(template, name=name, filled=filled)
                for name in ("pin", "bookmark")
                for filled in (False, True)
            }
            assert len(drawn) == 4
            assert all(picture.startswith("<svg") for picture in drawn)
            with pytest.raises(UndefinedError):
                render_template_string(template, name="unknown", filled=False)


def test_the_address_of_a_listing_keeps_its_language_and_its_host(app: Flask) -> None:
    """Addresses of listings are kept too, each for its language; whole ones are made for the host in hand."""
    thing = {"service_id": "11111111-1111-4111-8111-111111111111", "slug": "tea"}
    template = "{{ url_for('directory.show', **thing) }} {{ url_for('directory.show', _external=true, **thing) }}"
    path = f"/services/{thing['service_id']}/tea"
    for prefix, host in (("", "localhost"), ("/cy", "127.0.0.1"), ("", "127.0.0.1")):
        with app.test_request_context("/", base_url=f"https://{host}{prefix}"):
            assert render_template_string(template, thing=thing) == f"{prefix}{path} https://{host}{prefix}{path}"


def test_each_box_of_a_filter_is_its_own(app: Flask) -> None:
    """Boxes are kept by what they say and by whether they are ticked."""
    template = '{% from "components/tick-list.html" import tick %}{{ tick("checkbox", "cost", value, chosen) }}'
    with app.test_request_context("/"):
        drawn = [
            render_template_string(template, value=value, chosen=chosen)
            for value, chosen in (("free", False), ("free", True), ("donation", False), ("free", False))
        ]
    assert drawn[0] == drawn[3] and len(set(drawn)) == 3
    assert [" checked" in box for box in drawn] == [False, True, False, False]
