"""Spaces: what each one is, who takes part in it, and how one comes in."""
