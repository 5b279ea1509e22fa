"""What people looked for and did not find: told by them, kept without anything that names them unless they want an answer."""
