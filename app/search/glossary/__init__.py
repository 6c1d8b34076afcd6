"""The words of the field in the languages of the platform, one concept an entry, by which a search goes from one
language to the others.

`glossary.toml` holds them: the first word of each language names the concept, the others are said instead.
"""

from app.search.glossary.reading import Concept, concepts

__all__ = ["Concept", "concepts"]
