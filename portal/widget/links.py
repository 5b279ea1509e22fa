"""Links of a page inside a frame: what leads anywhere but to pages of the frame itself opens beside the website, not in it.

Other websites refuse to be framed, and so does ours. Pages of the frame are made of parts that the site has too, so this is done
once for the finished page rather than in each of them.
"""

import re
from html import unescape

from flask_babel import gettext as _
from markupsafe import escape

LINK = re.compile(r"<a(\s[^>]*)>(.*?)</a>", re.DOTALL)
HREF = re.compile(r'\shref="([^"]*)"')
REL = re.compile(r'\srel="[^"]*"')
LANGUAGE = re.compile(r"^/[a-z]{2,3}(?=/)")
STAYS = ("#", "tel:", "sms:", "mailto:")
LEAVES = "data-exit"
"""The link that leaves the page at once: the whole page goes, that of the website around too."""


def for_frame(html: str, own: str) -> str:
    """The page with its links made for a frame. `own`: how paths of the frame's own pages begin, in the default language."""
    note = escape(_("(opens in a new tab)"))

    def mended(found: re.Match[str]) -> str:
        told, words = found[1], found[2]
        href = HREF.search(told)
        if href is None or _stays(unescape(href[1]), own):
            return found[0]
        if f" {LEAVES}" in told:
            return f'<a{told} target="_top">{words}</a>'
        told = REL.sub("", told)
        return f'<a{told} target="_blank" rel="noopener noreferrer">{words}<span class="hidden"> {note}</span></a>'

    return LINK.sub(mended, html)


def _stays(address: str, own: str) -> bool:
    bare = LANGUAGE.sub("", address)
    return address.startswith(STAYS) or bare == own or bare.startswith((f"{own}/", f"{own}?"))
