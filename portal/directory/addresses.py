"""Web and mail addresses that somebody typed, as far as they can be linked to."""

import re
from urllib.parse import urlsplit

MAIL = re.compile(r"[^@\s<>\"?&]+@[^@\s<>\"?&]+\.[^@\s<>\"?&]+")


def web_address(url: str | None) -> str | None:
    """An address that can be linked to, or none. Only http and https are."""
    if not url:
        return None
    whole = url.strip() if "//" in url else f"https://{url.strip()}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        return None
    is_fine = parts.scheme in {"http", "https"} and "." in parts.netloc and not any(part.isspace() for part in whole)
    return whole if is_fine else None


def email_address(typed: str | None) -> str | None:
    """An address that mail can be sent to, as far as can be seen; or none."""
    told = (typed or "").strip()
    return told if MAIL.fullmatch(told) else None
