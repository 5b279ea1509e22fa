"""Ways to a practice: a folder, e-mail to a secure domain, MESH, and those that others bring."""
