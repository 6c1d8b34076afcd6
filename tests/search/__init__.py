"""Search: analysis, queries, excerpts, engines, the indexer and the page."""
