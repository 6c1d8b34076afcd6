"""Controlled vocabularies, and the tags that are their terms."""
