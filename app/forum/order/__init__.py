"""Keeping order: what waits for a moderator, what a moderator decides, and the log of it."""
