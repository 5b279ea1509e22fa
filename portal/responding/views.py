"""The pages on which groups answer referrals. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.responding import after_views, again_views, enrol_views, inbox_views, link_views, referral_views
from portal.responding.blueprint import bp

FILES: tuple[ModuleType, ...] = (link_views, after_views, again_views, enrol_views, inbox_views, referral_views)

__all__ = ["FILES", "bp"]
