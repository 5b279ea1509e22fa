"""What we serve: vendored files as they were made, our colours throughout, logical sides, and pages that weigh little."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.core import assets

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "portal" / "static"
TEMPLATES = ROOT / "portal" / "templates"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))
NHS_COLOURS = (
    "#005eb8", "#007f3b", "#00662f", "#004b93", "#00401e", "#212b32", "#4c6272", "#f0f4f5", "#d8dde0", "#330072", "#7c2855",
    "#003087", "#002f5c",
)  # fmt: skip
PHYSICAL = re.compile(
    r"\b(margin|padding|border|inset)-(left|right)\b|(?<![\w-])(left|right)\s*:|(text-align|float)\s*:\s*(left|right)"
)
LARGEST_STYLE = 45_000


def test_vendored_files_are_exactly_those_of_the_manifest() -> None:
    told = {name: digest for package in MANIFEST.values() for name, digest in package["files"].items()}
    there = {
        str(path.relative_to(VENDOR)): path
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "MANIFEST.json"
    }
    assert told.keys() == there.keys()
    for name, path in there.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == told[name], (
            f"{name} was changed by hand: run assets/make.py"
        )


def test_each_vendored_package_is_pinned_and_carries_its_licence() -> None:
    pinned = json.loads((ROOT / "assets" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {name: package["version"] for name, package in MANIFEST.items()} == pinned
    assert all(f"{name}/LICENSE" in package["files"] for name, package in MANIFEST.items())


def test_the_lock_file_of_assets_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8")


def test_the_vendored_style_is_recoloured_and_fetches_nothing_from_elsewhere() -> None:
    css = (VENDOR / "nhsuk-frontend" / "nhsuk-frontend.css").read_text(encoding="utf-8").lower()
    left = [word for word in (*NHS_COLOURS, "frutiger", "@font-face", "https://", "/assets/") if word in css]
    assert not left


def test_the_vendored_style_knows_no_left_and_right() -> None:
    css = (VENDOR / "nhsuk-frontend" / "nhsuk-frontend.css").read_text(encoding="utf-8")
    assert not re.findall(r"[{;](?:margin|padding|border)-(?:left|right)\b|[{;](?:left|right):", css)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_our_styles_use_logical_sides(sheet: Path) -> None:
    lines = sheet.read_text(encoding="utf-8").splitlines()
    wrong = [f"{number}: {line.strip()}" for number, line in enumerate(lines, 1) if PHYSICAL.search(line)]
    assert not wrong, f"write margin-inline-start and the like in {sheet.name}: {wrong}"


OTHER_DROP_DOWN = re.compile(r'<select(?! class="select")[^>]*>|\w\(class="field__input"')


def test_every_drop_down_has_the_same_look() -> None:
    others = [
        f"{path.parent.name}/{path.name}: {found[0]}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for found in OTHER_DROP_DOWN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not others, f"draw them with class select: {others}"


def test_every_component_style_is_in_the_bundle() -> None:
    bundle = (STATIC / "css" / "portal.css").read_text(encoding="utf-8")
    missing = [
        path.name for path in (STATIC / "css" / "components").glob("*.css") if f"components/{path.name}" not in bundle
    ]
    assert not missing, f"add @import lines to portal.css for {missing}"


def test_a_bundle_comes_as_one_file() -> None:
    found = assets.load("css/portal.css")
    assert found is not None
    assert b"@import" not in found.body
    assert b".service-card" in found.body


def test_style_sheets_weigh_little() -> None:
    names = ("css/portal.css", "vendor/nhsuk-frontend/nhsuk-frontend.css")
    weight = sum(len(found.compressed or b"") for found in map(assets.load, names) if found)
    assert weight < LARGEST_STYLE


def test_text_on_our_colours_can_be_read() -> None:
    tokens = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", (STATIC / "css" / "tokens.css").read_text(encoding="utf-8"))
    )
    pairs = [
        ("ink", "mist"),
        ("stone", "dew"),
        ("pine", "paper"),
        ("pine", "dew"),
        ("alert", "paper"),
        ("visited", "mist"),
    ]
    pairs += [(tag, f"{tag}-tint") for tag in ("space-now", "drop-in", "wait", "full", "ask")]
    low = {pair: ratio for pair in pairs if (ratio := _contrast(tokens[pair[0]], tokens[pair[1]])) < 7}
    assert not low


def test_a_brand_may_set_only_tokens_that_there_are() -> None:
    from portal.core.brand import COLOURS

    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    assert not [name for name in COLOURS if f"--{name}:" not in css]


def test_static_files_are_kept_for_a_year_when_the_address_carries_their_hash(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        address = assets.asset("css/portal.css")
    response = sqlite_app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in response.headers["Cache-Control"]
    assert b".service-card" in gzip.decompress(response.data)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    text = colour.removeprefix("#")
    text = "".join(letter * 2 for letter in text) if len(text) == 3 else text
    parts = [int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
