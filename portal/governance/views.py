"""The pages of information governance."""

from portal.governance import models
from portal.governance.blueprint import bp

__all__ = ["bp", "models"]
