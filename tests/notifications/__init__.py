"""Tests of what the portal sends."""
