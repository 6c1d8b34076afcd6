"""Reactions, follows, tags, files and read markers on any subject."""
