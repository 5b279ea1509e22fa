"""Matching a person: what fits, what may fit if one asks, and what does not fit, each with the rule that says so."""
