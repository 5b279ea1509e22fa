"""Other words or another question in one neighbourhood only, for a time, to learn whether they do better."""
