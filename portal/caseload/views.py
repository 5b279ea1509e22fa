"""The pages of link workers. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.caseload.blueprint import bp

FILES: tuple[ModuleType, ...] = ()

__all__ = ["FILES", "bp"]
