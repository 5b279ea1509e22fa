"""Our mailbox at MESH, as the settings name it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.core.settings import Settings

HERE = frozenset({"127.0.0.1", "::1", "localhost"})
ROUTES = ("lookup", "registered")


@dataclass(frozen=True)
class Mailbox:
    """Our own, as the settings name it. `certificate`, `key` and `authority` are paths of PEM files.

    `route`: "lookup" by the practice's ODS code, or "registered": to the practice where the patient is registered.
    """

    url: str
    id: str
    password: str
    shared_key: str
    workflow: str
    certificate: str = ""
    key: str = ""
    authority: str = ""
    route: str = "lookup"


def problem_with(mailbox: Mailbox) -> str | None:
    """A sentence about settings that cannot work, or None. Certificates are checked wherever MESH is not on this machine."""
    parts = urlsplit(mailbox.url)
    if not (mailbox.url and mailbox.id and mailbox.password and mailbox.shared_key and mailbox.workflow):
        return (
            "MESH needs PORTAL_MESH_URL, PORTAL_MESH_MAILBOX, PORTAL_MESH_PASSWORD, PORTAL_MESH_SHARED_KEY and "
            "PORTAL_MESH_WORKFLOW."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        return "PORTAL_MESH_URL must begin with https:// on any machine but this one."
    if mailbox.route not in ROUTES:
        return "PORTAL_MESH_ROUTE can be lookup or registered."
    if bool(mailbox.certificate) != bool(mailbox.key):
        return "PORTAL_MESH_CERTIFICATE and PORTAL_MESH_KEY go together."
    return None


def mailbox_of(settings: Settings) -> Mailbox:
    """The mailbox of an instance."""
    return Mailbox(
        url=settings.mesh_url,
        id=settings.mesh_mailbox,
        password=settings.mesh_password,
        shared_key=settings.mesh_shared_key,
        workflow=settings.mesh_workflow,
        certificate=settings.mesh_certificate,
        key=settings.mesh_key,
        authority=settings.mesh_authority,
        route=settings.mesh_route,
    )
