"""A link worker team, a group and a person, for the page that matches somebody from their record."""

from tests.caseload.conftest import loop

__all__ = ["loop"]
