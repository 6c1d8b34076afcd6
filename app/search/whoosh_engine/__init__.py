"""The embedded engine: Whoosh keeps the postings, bit sets per segment answer filters, totals and facets.

Rules that make Whoosh good here: token lists are passed in already analysed, so no analyser of ours is
pickled into an index; every commit opens a new reader; writers wait for each other; segments never change, so
whatever is read from one is kept until it goes. Whoosh's own filters and facets walk every hit again; sets of
document numbers held as integers answer in microseconds.
"""

from app.search.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
