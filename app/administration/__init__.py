"""The desk of the administrators: first run, spaces, roles, settings, figures."""
