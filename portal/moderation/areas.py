"""What a moderator looks after: the rule of `portal.directory.looked_after`, which the pages of groups need too."""

from portal.directory.looked_after import areas_of, looks_after, looks_after_listing

__all__ = ["areas_of", "looks_after", "looks_after_listing"]
