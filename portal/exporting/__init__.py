"""Takes all public services out, as files that others and an import of ours can read."""
