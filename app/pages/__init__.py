"""The pages of the site (terms, privacy, help and the like), editable by administrators, kept in versions."""
