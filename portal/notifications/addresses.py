"""Whole addresses of pages for what leaves the site, in the reader's language. A worker makes them too: no request is needed."""

from urllib.parse import urlsplit

from flask import current_app
from flask_babel import get_locale

from portal.core.extensions import settings
from portal.core.i18n import UNPREFIXED, default_locale


def address(endpoint: str, **values: object) -> str:
    """The whole address of a page, in the language in hand: "https://support.example/cy/list/7K4PQH"."""
    site = urlsplit(settings().base_url)
    bound = current_app.url_map.bind(site.netloc, url_scheme=site.scheme)
    path = bound.build(endpoint, values)
    code = str(get_locale())
    is_prefixed = code != default_locale().code and path.split("/")[1] not in UNPREFIXED
    return f"{settings().base_url}{f'/{code}' if is_prefixed else ''}{path}"
