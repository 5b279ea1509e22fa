"""Services in the shape of the Human Services Data Specification: finding them, and all that is said about them."""
