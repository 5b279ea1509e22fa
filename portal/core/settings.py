"""What an operator can set. Read from the environment by `portal.config`; documented in `docs/settings.md`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of one instance. Each field is the variable `PORTAL_` + its name in capitals."""

    instance: Path
    secret_key: str = ""
    data_keys: tuple[str, ...] = ()
    database_url: str = ""
    search: str = "whoosh"
    base_url: str = "http://127.0.0.1:8000"
    brand: str = ""
    area: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "cy", "ur")
    trusted_proxies: int = 0
    metrics_token: str = ""
    log_level: str = "info"
    demo: bool = False
    testing: bool = False

    @property
    def is_local(self) -> bool:
        """True where the site is served over plain http on this machine alone: a demo or a test."""
        return self.base_url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))

    @property
    def geography_folder(self) -> Path:
        """Where the built postcode structures lie."""
        return self.instance / "geography"

    @property
    def index_folder(self) -> Path:
        """Where the search index lies. Private to the service user: index files are pickles."""
        return self.instance / "index"
