"""The people who are referred: who they are, how to reach them safely, what they agreed to, and who may see which of it."""
