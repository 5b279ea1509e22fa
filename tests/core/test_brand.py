"""Name, colours and logo of an instance, without touching code."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.app import create_app
from portal.core.brand import BrandProblem, read_brand
from portal.core.settings import Settings

BRAND = """
name: Stoneygate Support
operator: Run by Stoneygate Council.
logo: logo.svg
colours: {pine: '#102030', lamp: '#ffffff'}
"""


@pytest.fixture
def brand_file(tmp_path: Path) -> Path:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    file = tmp_path / "brand.yaml"
    file.write_text(BRAND)
    return file


def test_a_brand_changes_name_colours_and_logo(settings: Settings, brand_file: Path, tmp_path: Path) -> None:
    app = create_app(replace(settings, brand=str(brand_file), database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}"))
    client = app.test_client()
    page = client.get("/privacy").get_data(as_text=True)
    assert "Stoneygate Support" in page and "Run by Stoneygate Council." in page and "Hereabouts" not in page
    assert client.get("/brand.css").get_data(as_text=True) == ":root{--lamp:#ffffff;--pine:#102030;}"
    assert client.get("/brand-logo").mimetype == "image/svg+xml"
    assert "default-src 'none'" in client.get("/brand-logo").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "told",
    [
        "colours: {pine: 'red'}",
        "colours: {blue: '#102030'}",
        "logo: ../secret.txt",
        "colour: x",
        "[1, 2]",
        "\x00",
        "logo: gone.svg",
    ],
)
def test_a_brand_that_cannot_be_used_says_why(tmp_path: Path, told: str) -> None:
    file = tmp_path / "brand.yaml"
    file.write_text(told)
    with pytest.raises(BrandProblem):
        read_brand(str(file))


def test_a_missing_brand_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrandProblem, match="cannot be read"):
        read_brand(str(tmp_path / "gone.yaml"))
