"""What visitors and referred people say of a place: taken without an account, cleared by a person, answered in public."""
