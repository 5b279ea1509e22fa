"""What administrators look after: users, organisations, brand, areas, texts of messages, and the audit chain."""
