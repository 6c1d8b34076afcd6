"""Reports, the queue of moderators, decisions with their reasons, appeals, and what keeps spam out."""
