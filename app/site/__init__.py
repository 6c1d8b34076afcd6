"""Home, errors, the language switch and everything around the pages of other rooms."""
