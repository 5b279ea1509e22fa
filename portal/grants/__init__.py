"""Rounds of grants, what was promised and reported, and where nothing is funded."""
