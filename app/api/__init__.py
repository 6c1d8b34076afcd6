"""Doors to other software: feeds, embeds, pictures for sharing, webhooks."""
