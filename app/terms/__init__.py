"""Controlled vocabularies with labels in every language."""
