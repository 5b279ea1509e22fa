"""The team coordinator's page: my groups, and one question to all of them."""
