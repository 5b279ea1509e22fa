"""What is said of a listing, fact by fact: who proposed what, what went live, and how it stood before. No pages."""
