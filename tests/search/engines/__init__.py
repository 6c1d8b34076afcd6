"""One contract for every engine: what these tests say holds whatever keeps the index."""
