"""Every endpoint and who may enter. A new route fails the tests until its row stands here."""

PUBLIC = "public"
CACHEABLE = "public, cacheable"
OPERATOR = "operator"
SIGNED_IN = "signed in"
"""Any user. A view that asks for a permission is named by it, such as `Permission.LISTING_EDIT.value`."""

ACCESS = {
    "assets.favicon": CACHEABLE,
    "assets.static": CACHEABLE,
    "brand.colours": CACHEABLE,
    "brand.logo": CACHEABLE,
    "directory.areas": CACHEABLE,
    "directory.calendar": PUBLIC,
    "directory.organisation": PUBLIC,
    "directory.search": PUBLIC,
    "directory.show": PUBLIC,
    "health.figures": OPERATOR,
    "health.healthz": PUBLIC,
    "health.readyz": PUBLIC,
    "neighbourhoods.index": PUBLIC,
    "neighbourhoods.show": PUBLIC,
    "neighbourhoods.timetable": PUBLIC,
    "notifications.bounces": PUBLIC,
    "notifications.stop": PUBLIC,
    "notifications.stop_now": PUBLIC,
    "pages.accessibility": CACHEABLE,
    "pages.home": PUBLIC,
    "pages.how_we_order": CACHEABLE,
    "pages.keep_private": CACHEABLE,
    "pages.languages": CACHEABLE,
    "pages.privacy": CACHEABLE,
    "pages.robots": CACHEABLE,
    "pages.safety": CACHEABLE,
    "pages.sitemap": PUBLIC,
    "pages.urgent_help": CACHEABLE,
    "shortlists.add": PUBLIC,
    "shortlists.leaflet": PUBLIC,
    "shortlists.remove": PUBLIC,
    "shortlists.share": PUBLIC,
    "shortlists.shared": PUBLIC,
    "shortlists.show": PUBLIC,
    "unmet.tell": PUBLIC,
    "unmet.thanks": PUBLIC,
}
WRITES_ON_GET: frozenset[str] = frozenset()
