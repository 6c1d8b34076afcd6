"""How good search is: queries with the documents they should find, judged by reading, before any tuning."""
