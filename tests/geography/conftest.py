"""The built structure, opened, and files as an operator would bring them."""

import gzip
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from portal.geography.atlas import Atlas
from portal.geography.building import ensure_built
from portal.geography.locating import Locator


@pytest.fixture(scope="session")
def atlas(geography_folder: Path) -> Atlas:
    return Atlas(ensure_built(geography_folder))


@pytest.fixture(scope="session")
def locator(atlas: Atlas) -> Locator:
    """What a fresh instance knows: nothing loaded."""
    return Locator(atlas, look_up=atlas.named, fact_of=lambda _postcode: None, area_name=lambda _code: None)


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines to a file; the end of its name says whether it is plain, .gz or .zip."""

    def write(name: str, lines: Sequence[str], *, member: str = "Data/list.csv") -> Path:
        path, text = tmp_path / name, "\r\n".join([*lines, ""]).encode("utf-8")
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("User Guide/notes.txt", "not this one")
                archive.writestr(member, text)
        else:
            path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        return path

    return write
