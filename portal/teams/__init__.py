"""Neighbourhood teams: which neighbourhoods they cover from when, who is in them for which organisation, who coordinates."""
