"""Whose data it is: who has seen what, retention, subject access, erasure, breaking the glass."""
