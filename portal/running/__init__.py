"""Starting the portal: the demo, the production server, the worker."""
