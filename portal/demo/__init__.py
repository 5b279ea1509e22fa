"""Invented organisations, services and sessions over three real areas, for a first look at the portal."""
