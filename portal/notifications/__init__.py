"""E-mails and texts: the outbox, how they are written, and who sends them."""
