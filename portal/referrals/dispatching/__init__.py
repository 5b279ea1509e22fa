"""Documents on their way to a practice: queued with the move that causes them, carried by a transport, acknowledged or not."""
