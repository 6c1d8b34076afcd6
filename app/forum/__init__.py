"""The forum: spaces, categories, topics and posts."""
