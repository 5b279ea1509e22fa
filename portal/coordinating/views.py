"""The pages of coordinators and the answers of groups. Each file named here adds its own; a new file is a row."""

from types import ModuleType

from portal.coordinating import answer_views, home_views, question_views
from portal.coordinating.blueprint import bp

FILES: tuple[ModuleType, ...] = (home_views, question_views, answer_views)

__all__ = ["FILES", "bp"]
