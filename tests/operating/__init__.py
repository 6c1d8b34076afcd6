"""Backup, restore, health, metrics."""
