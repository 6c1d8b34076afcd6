"""The words of the platform in a table of the database: suggestions while typing, and "did you mean".

`taking` reads words and names off a document, `keeping` counts them behind the indexer, `suggesting` and `correcting`
ask the table. A word of a text is told to nobody unless two documents that everybody may read hold it; a name is
told to those who may see what bears it.
"""
