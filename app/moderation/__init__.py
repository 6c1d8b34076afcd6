"""Keeping order in everything members publish: reports, the queue, decisions with their reasons, appeals, counts."""
