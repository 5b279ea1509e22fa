"""The pages of accounts. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.accounts import (
    account_views,
    factor_views,
    link_views,
    magic_link_views,
    oidc_views,
    people_views,
    sign_in_views,
)
from portal.accounts.blueprint import bp

FILES: tuple[ModuleType, ...] = (
    account_views,
    factor_views,
    link_views,
    magic_link_views,
    oidc_views,
    people_views,
    sign_in_views,
)

__all__ = ["FILES", "bp"]
