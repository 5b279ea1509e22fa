"""What machines need to use the portal: its OpenAPI description, a page about it, and dumps for bulk readers."""
