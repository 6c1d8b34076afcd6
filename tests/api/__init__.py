"""Feeds, embeds, webhooks."""
