"""Reading other directories: sources, what they would change, and who decides."""
