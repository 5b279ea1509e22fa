"""The pages on which groups keep their listings. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.groups import (
    adding_views,
    fact_views,
    home_views,
    listing_views,
    referral_setting_views,
    sheet_views,
    telling,
)
from portal.groups.blueprint import bp

FILES: tuple[ModuleType, ...] = (
    home_views,
    listing_views,
    fact_views,
    adding_views,
    sheet_views,
    referral_setting_views,
)

__all__ = ["FILES", "bp", "telling"]
