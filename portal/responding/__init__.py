"""Groups: answering from the mail, the inbox, and what follows up to how it ended."""
