"""The doors: each endpoint bears a mark that the access table names, and what bears none is shut."""

from flask import Flask, Response

from portal.core.access import Mark, mark_of
from portal.core.settings import Settings
from tests.conftest import _application
from tests.house.access_table import ACCESS, CACHEABLE, OPERATOR, PUBLIC, SIGNED_IN, WRITES_ON_GET


def _named(mark: Mark | None) -> str:
    if mark is None:
        return "none"
    if mark.signed_in:
        return mark.permission.value if mark.permission else SIGNED_IN
    return OPERATOR if mark.operator else CACHEABLE if mark.cacheable else PUBLIC


def test_every_endpoint_stands_in_the_access_table(sqlite_app: Flask) -> None:
    found = {name: _named(mark_of(view)) for name, view in sqlite_app.view_functions.items()}
    assert found == ACCESS, "put each new endpoint with its mark into tests/house/access_table.py"


def test_only_listed_views_save_on_get(sqlite_app: Flask) -> None:
    found = {name for name, view in sqlite_app.view_functions.items() if getattr(view, "_writes_on_get", False)}
    assert found == WRITES_ON_GET


def test_a_view_without_a_mark_is_shut(settings: Settings, tmp_path_factory: object) -> None:
    app = _application(settings)
    app.add_url_rule("/unmarked", "unmarked", lambda: Response("open"))
    assert app.test_client().get("/unmarked").status_code == 404


def test_cacheable_pages_set_no_cookie_and_say_nothing_of_their_viewer(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    rules = {rule.endpoint: rule for rule in sqlite_app.url_map.iter_rules() if not rule.arguments}
    for name in (name for name, who in ACCESS.items() if who == CACHEABLE and name in rules):
        answer = client.get(str(rules[name]))
        assert "Set-Cookie" not in answer.headers, name
        assert answer.status_code == 404 or "public" in answer.headers["Cache-Control"], name


def test_addresses_are_kebab_case_with_typed_parts(sqlite_app: Flask) -> None:
    allowed_words = {"name", "slug", "code"}
    for rule in sqlite_app.url_map.iter_rules():
        fixed = "".join(part for is_variable, part in rule._trace if not is_variable)
        is_of_standard = fixed.startswith(("|/api/oruk/v3/", "/api/oruk/v3/"))
        assert fixed.replace("|", "") == fixed.replace("|", "").lower(), rule.rule
        assert "_" not in fixed or is_of_standard, rule.rule
        assert all(
            part in allowed_words or f":{part}>" in rule.rule for part in rule.arguments - set(rule.defaults or ())
        ), rule.rule
