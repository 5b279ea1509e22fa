"""Settings of messages: what is understood, and what is refused in a sentence."""

from pathlib import Path

import pytest

from portal.config import SettingsProblem, settings_from
from portal.core.settings import Settings


def _read(folder: Path, **said: str) -> Settings:
    return settings_from({"PORTAL_INSTANCE": str(folder), "PORTAL_SECRET_KEY": "x" * 40, **said})


def test_without_settings_nothing_leaves(tmp_path: Path) -> None:
    assert _read(tmp_path).mail_url == ""
    assert _read(tmp_path, PORTAL_BASE_URL="https://support.example.org:8443").sender_address == (
        "no-reply@support.example.org"
    )
    assert _read(tmp_path).sender_address == "no-reply@localhost"


def test_a_demo_keeps_messages_as_files(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"secret_key": "x", "data_keys": ""}', encoding="utf-8")
    assert settings_from({"PORTAL_INSTANCE": str(tmp_path)}).mail_url == "console:"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org?tls=off", "smtp://h:port",
        "smtp://mail.example.org?verify=no", "smtp://10.0.0.5?tls=none", "smtp://mail.example.org/inbox", "notify:", "console",
        "smtp://[::1",
    ],
)  # fmt: skip
def test_what_is_no_way_out_is_said(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsProblem, match="PORTAL_"):
        _read(tmp_path, PORTAL_MAIL_URL=url)


@pytest.mark.parametrize(
    "url", ["smtp://127.0.0.1:2525?tls=none", "smtp://[::1]?tls=none", "smtps://a:b@mail.example.org"]
)
def test_ways_out_are_kept_as_they_were_written(tmp_path: Path, url: str) -> None:
    assert _read(tmp_path, PORTAL_MAIL_URL=url).mail_url == url


@pytest.mark.parametrize("address", ["support", "a@b, c@d", "Support <a@example.org>", "a b@example.org"])
def test_a_sender_is_one_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsProblem, match="PORTAL_MAIL_FROM"):
        _read(tmp_path, PORTAL_MAIL_FROM=address)
