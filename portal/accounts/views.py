"""The pages of accounts. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.accounts.blueprint import bp

FILES: tuple[ModuleType, ...] = ()

__all__ = ["FILES", "bp"]
