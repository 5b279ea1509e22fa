"""People who sign in: users, roles, second factors, sessions."""
