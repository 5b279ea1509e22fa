"""Encrypted backups of an instance, made while it serves, and the way back. Source: docs/decisions/0047-backup.md."""
