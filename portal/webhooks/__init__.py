"""Telling subscribers of changes: signed, tried again, each once."""
