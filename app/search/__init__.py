"""Finding what was said: language-aware analysis, the index, the search page and its upkeep.

Analysis, excerpts and the re-check of permissions live here, in the application, so that every
engine behind `search.engine.Engine` finds the same things. The index is a copy: the database decides
what may be shown, and the index can be rebuilt from it at any time.
"""
