"""The organisations that offer services."""
