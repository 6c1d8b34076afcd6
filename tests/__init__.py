"""Tests: one folder a room, `house/` for the rules of the whole, `journeys/` in a browser, `bench/` for figures."""
