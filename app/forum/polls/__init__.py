"""Polls in posts: a question with options, votes that may be changed until the end, results by the rule of the poll."""
