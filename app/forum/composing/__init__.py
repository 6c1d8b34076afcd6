"""Writing: the composer, what it offers while one types, and the views that take what was written."""
