"""The demonstration set."""
