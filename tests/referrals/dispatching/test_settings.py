"""How transports are named: in the settings, in the table, and by packages of others."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from portal.config import SettingsProblem, settings_from
from portal.core.settings import Settings
from portal.referrals.dispatching.transports import current
from tests.referrals.dispatching.test_queueing import Kept

MESH = {
    "PORTAL_DOCUMENTS_TRANSPORTS": "mesh, folder",
    "PORTAL_MESH_URL": "https://mesh-sync.spineservices.nhs.uk",
    "PORTAL_MESH_MAILBOX": "X26ABC1",
    "PORTAL_MESH_PASSWORD": "secret",
    "PORTAL_MESH_SHARED_KEY": "shared",
    "PORTAL_MESH_WORKFLOW": "WORKFLOW",
}


def test_transports_are_tried_in_the_order_of_the_settings(tmp_path: Path) -> None:
    settings = settings_from({**MESH, "PORTAL_INSTANCE": str(tmp_path)})
    assert list(current.transports_of(settings)) == ["mesh", "folder"]
    assert settings.documents_place == settings.instance / "documents" and settings.documents_domains == ("nhs.net",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"PORTAL_DOCUMENTS_TRANSPORTS": "pigeon"},
        {"PORTAL_MESH_PASSWORD": ""},
        {"PORTAL_MESH_URL": "http://mesh-sync.spineservices.nhs.uk"},
        {"PORTAL_MESH_ROUTE": "guess"},
        {"PORTAL_MESH_CERTIFICATE": "cert.pem"},
        {"PORTAL_DOCUMENTS_DAYS": "soon"},
    ],
)
def test_what_cannot_work_is_said_at_the_start(wrong: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="PORTAL_"):
        settings_from({**MESH, **wrong, "PORTAL_INSTANCE": str(tmp_path)})


def test_a_package_may_bring_a_transport_but_not_in_the_place_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [SimpleNamespace(name=name, load=lambda: lambda _settings: Kept("theirs")) for name in ("theirs", "folder")]
    monkeypatch.setattr(current, "entry_points", lambda *, group: made if group == "hereabouts.transports" else [])
    current._brought.cache_clear()
    try:
        found = current.transports_of(Settings(instance=tmp_path, documents_transports=("theirs", "folder")))
    finally:
        current._brought.cache_clear()
    assert found["theirs"].name == "theirs" and type(found["folder"]).__name__ == "FolderTransport"
