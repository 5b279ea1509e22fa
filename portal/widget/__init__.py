"""Search for pages of other websites."""
