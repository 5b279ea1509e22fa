"""Remake `portal/static/vendor` from the npm packages that `assets/package-lock.json` pins.

    python3 assets/make.py

Needs npm; the portal itself does not. nhsuk-frontend is recoloured with our design tokens (so that a brand can change
them), its fonts from NHS servers are dropped, and left and right become start and end, so that it mirrors. Leaflet
loses the pictures that we do not use. `MANIFEST.json` records what came from where; `tests/house/test_assets.py` compares.
"""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
VENDOR = HERE.parent / "portal" / "static" / "vendor"

COLOURS = {
    "#005eb8": "pine", "#007f3b": "pine", "#0055a6": "pine", "#337ec6": "pine",
    "#00662f": "pine-deep", "#004b93": "pine-deep", "#003d78": "pine-deep", "#7c2855": "pine-deep", "#003087": "pine-deep",
    "#004281": "pine-deep", "#00478a": "pine-deep",
    "#00401e": "pine-edge", "#002f5c": "pine-edge",
    "#c7dcef": "dew", "#d9e7f4": "dew", "#ccdff1": "dew", "#edf4fa": "dew", "#669ed4": "dew",
    "#212b32": "ink", "#4c6272": "stone", "#768692": "stone", "#f0f4f5": "mist", "#d8dde0": "line", "#330072": "visited",
}  # fmt: skip
SIDES = {"left": "start", "right": "end"}
CORNERS = {
    "top-left": "start-start",
    "top-right": "start-end",
    "bottom-left": "end-start",
    "bottom-right": "end-end",
}


def recoloured(css: str) -> str:
    """The style sheet with our tokens for its colours."""
    for colour, token in COLOURS.items():
        css = re.sub(rf"{colour}\b", f"var(--{token})", css, flags=re.IGNORECASE)
    return css


def trimmed(css: str) -> str:
    """The style sheet without fonts and addresses outside."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("Frutiger W01,", "").replace("/assets/images/", "images/")
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


def mirrored(css: str) -> str:
    """The style sheet with logical sides in the place of left and right."""
    css = re.sub(
        r"(?<=[{;])(margin|padding|border)-(left|right)(?=[-:])", lambda m: f"{m[1]}-inline-{SIDES[m[2]]}", css
    )
    css = re.sub(
        r"(?<=[{;])border-(top|bottom)-(left|right)-radius:",
        lambda m: f"border-{CORNERS[f'{m[1]}-{m[2]}']}-radius:",
        css,
    )
    css = re.sub(r"(?<=[{;])(left|right):", lambda m: f"inset-inline-{SIDES[m[1]]}:", css)
    css = re.sub(r"(?<=[{;])(text-align|justify-content):(left|right)\b", lambda m: f"{m[1]}:{SIDES[m[2]]}", css)
    css = re.sub(r"(?<=[{;])(float|clear):(left|right)\b", lambda m: f"{m[1]}:inline-{SIDES[m[2]]}", css)
    return re.sub(r"(?<=[{;])(margin|padding):([^;{}]+)", _four_sides, css)


def _four_sides(declaration: re.Match[str]) -> str:
    name, value = declaration[1], declaration[2]
    important = "!important" if value.endswith("!important") else ""
    parts = re.findall(r"(?:[^\s(]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", value.removesuffix("!important"))
    if len(parts) != 4 or parts[1] == parts[3]:
        return declaration[0]
    top, right, bottom, left = parts
    return f"{name}-block:{top} {bottom}{important};{name}-inline:{left} {right}{important}"


def main() -> None:
    """Fetch, change and write the files, then their manifest."""
    subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    _nhsuk(MODULES / "nhsuk-frontend", VENDOR / "nhsuk-frontend")
    _leaflet(MODULES / "leaflet", VENDOR / "leaflet")
    (VENDOR / "MANIFEST.json").write_text(json.dumps(_manifest(), indent=2) + "\n", encoding="utf-8")


def _nhsuk(package: Path, to: Path) -> None:
    (to / "images").mkdir(parents=True)
    css = (package / "dist/nhsuk/nhsuk-frontend.min.css").read_text(encoding="utf-8")
    css = mirrored(recoloured(trimmed(css)))
    (to / "nhsuk-frontend.css").write_text(css, encoding="utf-8")
    for name in sorted(set(re.findall(r"url\(images/([\w.-]+)", css))):
        shutil.copyfile(package / "dist/nhsuk/assets/images" / name, to / "images" / name)
    _licence(package, to)


def _leaflet(package: Path, to: Path) -> None:
    to.mkdir(parents=True)
    script = (package / "dist/leaflet.js").read_text(encoding="utf-8")
    (to / "leaflet.js").write_text(re.sub(r"//# sourceMappingURL=.*", "", script), encoding="utf-8")
    css = (package / "dist/leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"[^{}]*\{[^{}]*url\([^{}]*\}", "", css)  # pictures of layers and pins, which we do not use
    (to / "leaflet.css").write_text(css, encoding="utf-8")
    _licence(package, to)


def _licence(package: Path, to: Path) -> None:
    own = package / "LICENSE"
    shutil.copyfile(own if own.exists() else HERE / "licences" / f"{package.name}.txt", to / "LICENSE")


def _manifest() -> dict[str, object]:
    packages = {}
    for folder in sorted(path for path in VENDOR.iterdir() if path.is_dir()):
        told = json.loads((MODULES / folder.name / "package.json").read_text(encoding="utf-8"))
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        packages[folder.name] = {
            "version": told["version"],
            "licence": told["license"],
            "files": {str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        }
    return packages


if __name__ == "__main__":
    main()
