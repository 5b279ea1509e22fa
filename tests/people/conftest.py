"""What most tests of people need."""

from tests.referrals.conftest import loop

__all__ = ["loop"]
