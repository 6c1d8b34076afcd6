"""Reports, decisions, appeals, and what waits for a moderator."""
