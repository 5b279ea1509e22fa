"""What the postcode structure keeps of its promises: time to build, memory, time a look-up, and how often it is right.

    PYTHONPATH=. .venv/bin/python benchmarks/geography.py [--data DIR] [--build]

`--data`: the folder with real postcodes, `postcodes/` of the project's reference data. Without it the shares of right
answers are not run, and the program exits 2.
"""

import argparse
import csv
import gzip
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from flask import Flask
from flask_babel import Babel

from portal.geography import building, polygons
from portal.geography.atlas import Atlas
from portal.geography.locating import Locator
from portal.geography.places import Place
from portal.geography.postcodes import Postcode

FOLDER = Path(__file__).parent.parent / ".pytest_cache" / "geography"
LOOK_UPS = 20_000
KEPT_IN_WORKER = ("VmRSS", "RssAnon", "RssFile")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="folder of real postcodes")
    asked.add_argument("--build", action="store_true", help="build anew in a folder of its own, and time it")
    options = asked.parse_args()
    if options.build:
        build()
    before = memory()
    atlas = Atlas(building.ensure_built(FOLDER))
    locator = Locator(atlas, look_up=atlas.named, fact_of=lambda _: None, area_name=lambda _: None)
    speed(atlas, locator)
    weigh(atlas, before)
    if options.data is None:
        print("shares of right answers: not run: no data")
        return 2
    authorities(locator, options.data)
    neighbourhoods(atlas, options.data)
    edge_cases(locator, options.data)
    return 0


def build() -> None:
    with tempfile.TemporaryDirectory() as folder:
        began, worked = time.perf_counter(), time.process_time()
        home = building.ensure_built(Path(folder))
        took, worked = time.perf_counter() - began, time.process_time() - worked
        began = time.perf_counter()
        building.ensure_built(Path(folder))
        again = time.perf_counter() - began
        size = sum(file.stat().st_size for file in home.iterdir())
    print(f"build: {took:.1f} s, {worked:.1f} of one core (promise: under 15)")
    print(f"  found whole again: {again:.2f} s; on disk: {size / 1e6:.1f} MB")


def speed(atlas: Atlas, locator: Locator) -> None:
    chosen = np.random.default_rng(1).integers(0, atlas.size, LOOK_UPS)
    texts = [text_of(int(atlas._arrays["keys"][place])) for place in chosen]
    for text in texts:
        locator.locate(text)
    took = np.array([timed(locator, text) for text in texts]) * 1000
    names = ["Leicester", "Camden Town", "Newport, Isle of Wight", "clarendon park", "LE2", "LE2 0", "nowhere at all"]
    print(
        f"look-up of {LOOK_UPS:,} postcodes: median {np.median(took):.3f} ms, 95th percentile "
        f"{np.percentile(took, 95):.3f}, 99.9th {np.percentile(took, 99.9):.3f} (promise: under 1 ms)"
    )
    for name in names:
        print(f"  {name!r}: {min(timed(locator, name) for _ in range(20)) * 1000:.2f} ms")


def timed(locator: Locator, text: str) -> float:
    began = time.perf_counter()
    locator.locate(text)
    return time.perf_counter() - began


def text_of(key: int) -> str:
    """The postcode of a key, for drawing some by lot."""
    rest, unit = divmod(key, 26 * 26)
    rest, sector = divmod(rest, 10)
    rest, extra = divmod(rest, 37)
    letters, digit = divmod(rest, 10)
    first, second = divmod(letters, 27)
    last = "" if extra == 0 else chr(extra + 47) if extra <= 10 else chr(extra + 54)
    outward = chr(first + 65) + (chr(second + 64) if second else "") + str(digit) + last
    return f"{outward} {sector}{chr(unit // 26 + 65)}{chr(unit % 26 + 65)}"


def memory() -> dict[str, float]:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return {line.split(":")[0]: int(line.split()[1]) / 1000 for line in lines if line.startswith(KEPT_IN_WORKER)}


def weigh(atlas: Atlas, before: dict[str, float]) -> None:
    mapped = sum(array.nbytes for array in atlas._arrays.values()) / 1e6
    own = memory()["RssAnon"] - before["RssAnon"]
    print(
        f"memory: {mapped:.1f} MB mapped and shared by all workers (promise: under 60); {own:.1f} MB of each worker's own"
    )


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def authorities(locator: Locator, data: Path) -> None:
    right, wrong = 0, Counter[str]()
    for row in rows(data / "live_extract_13_areas.csv.gz"):
        found = locator.locate(row["pcds"])
        if isinstance(found, Place) and found.authority_code == row["lad_2025"]:
            right += 1
        else:
            wrong[found.reason if not isinstance(found, Place) else "another authority"] += 1
    print(f"live postcodes with the right authority: {right:,} of {right + wrong.total():,} {dict(wrong) or ''}")


def neighbourhoods(atlas: Atlas, data: Path) -> None:
    truth = []
    for row in rows(data / "nspl_2021_wc_sm_hx_tf.csv.gz"):
        if row["doterm"] or row["msoa11"][:1] not in {"E", "W"}:
            continue
        spot = atlas.spot(Postcode(row["pcds"][:-4], row["pcds"][-3], row["pcds"][-2:]))
        if spot is not None:
            truth.append((row["msoa11"], spot))
    right = np.array([spot.area >= 0 and atlas.areas[spot.area].code == code for code, spot in truth])
    near = np.array([spot.is_near_edge for _code, spot in truth])
    outlines = polygons.read_outlines()
    lat, lon = np.array([spot.lat for _, spot in truth]), np.array([spot.lon for _, spot in truth])
    plain_area, _edge = polygons.assign(outlines, lat, lon, lambda _: None)
    plain = np.array(
        [area >= 0 and outlines.codes[area] == code for area, (code, _) in zip(plain_area, truth, strict=True)]
    )
    print(f"neighbourhood right, {len(truth):,} live English and Welsh postcodes of NSPL November 2021:")
    print(
        f"  ours {right.mean():.2%}; plain polygon test {plain.mean():.2%}; difference {right.mean() - plain.mean():+.2%}"
    )
    print(f'  said "in" {(~near).mean():.1%} of the time, right {right[~near].mean():.2%}')
    print(f'  said "near" {near.mean():.1%} of the time, right {right[near].mean():.2%}')


def edge_cases(locator: Locator, data: Path) -> None:
    said: Counter[tuple[str, str]] = Counter()
    with (data / "edge_cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = locator.locate(row["postcode"])
            said[row["why"], found.kind if isinstance(found, Place) else found.reason] += 1
    print("edge cases:")
    for (why, answer), count in sorted(said.items()):
        print(f"  {count:4} {answer:18} {why}")


if __name__ == "__main__":
    app = Flask("benchmark")
    Babel(app)
    with app.test_request_context():
        sys.exit(main())
