"""Keeping facts fresh: asking groups, confirming, reports of what is wrong."""
