"""Joining, signing in, one's own account, roles, mail and jobs."""
