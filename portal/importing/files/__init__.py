"""Readers of files: what a file holds, as rows. They know neither the database nor our facts, so a small process can run them."""
