"""A neighbourhood's directory on paper."""
