"""The shape of the code: sizes, names, words, style sheets, and nothing that belongs to one machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PORTAL = ROOT / "portal"
LIMITS = {"view": 25, "function": 60, "module": 500, "template": 160, "test": 700}
LONGER: dict[str, str] = {
    "portal/templates/components/street.html": "one drawing",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "services"}
MODULES = sorted(PORTAL.rglob("*.py"))
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
STYLES = sorted((PORTAL / "static" / "css").rglob("*.css"))
SIDES = re.compile(
    r"(?<![-\w])(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
)


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield f"{_named(path)}:{node.name}", node


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_a_module_is_one_room_with_one_purpose(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMITS["module"] or _named(path) in LONGER
    assert path.stem not in FORBIDDEN_NAMES


def test_functions_are_short() -> None:
    for path in MODULES:
        is_view = path.stem.endswith("views") or path.parent.name == "pages"
        for name, node in _functions(path):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            marked = any("public" in ast.dump(one) or "operator_only" in ast.dump(one) for one in node.decorator_list)
            most = LIMITS["view"] if is_view and marked else LIMITS["function"]
            assert lines <= most or name in LONGER, f"{name} has {lines} lines"


def test_views_hold_no_sql_and_never_commit() -> None:
    for path in [path for path in MODULES if path.stem.endswith("views")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.commit\(|db\.session|\bselect\(|sqlalchemy", text), _named(path)


def test_numbers_of_strangers_are_read_by_the_reader_that_bounds_them() -> None:
    unbounded = re.compile(r"\.get(?:list)?\([^()]*\bint\b\s*\)")
    assert unbounded.search('request.args.get("page", 1, int)') and unbounded.search("args.get('page', type=int)")
    for path in MODULES:
        assert not unbounded.search(path.read_text(encoding="utf-8")), f"{_named(path)}: see portal/core/numbers.py"


def test_actions_know_no_request() -> None:
    for path in [path for path in MODULES if path.stem == "actions"]:
        assert not re.search(r"import .*\brequest\b", path.read_text(encoding="utf-8")), _named(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_a_template_is_small_and_escapes_what_people_wrote(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LIMITS["template"] or _named(path) in LONGER
    assert "|safe" not in text.replace(" ", "") and "autoescape" not in text


@pytest.mark.parametrize("path", STYLES, ids=_named)
def test_style_sheets_know_no_left_and_right(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not (found := SIDES.search(text)), f"{_named(path)}: {found[0] if found else ''}"


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for path in (PORTAL / "static").rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", path.read_text(encoding="utf-8")), _named(path)


def test_tests_stay_short() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMITS["test"], _named(path)


def _committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not {".git", ".venv", ".venv-peers", "instance"} & set(path.parts)
        ]
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_nothing_committed_names_a_registry_or_a_place_of_one_machine() -> None:
    hosts = "|".join(
        ["py" + r"pi\.org", r"files\.python" + "hosted", r"registry\.np" + r"mjs", r"deb\.deb" + r"ian\.org"]
    )
    wrong = re.compile(rf"{hosts}|(?<![\w.])/(?:home|root|work)/\w+".encode())
    for path in _committed():
        if path.suffix not in {".png", ".mo", ".jpg"}:
            assert not (found := wrong.search(path.read_bytes())), f"{path}: {found[0] if found else b''!r}"
