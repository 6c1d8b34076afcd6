"""What the engines for large platforms share: the labels and dates of every document as columns in memory.

A database finds which documents hold a token; rights, filters, totals, facets and order are then worked out here on
arrays of numbers, in a few milliseconds for 200,000 documents whatever is asked. Documents get ascending numbers and
are never changed: a new version is a new number, so a reader only has to fetch what came since it last looked.
"""
