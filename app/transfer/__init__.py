"""Moving a community in and out: import and export in a documented form, mailing-list archives."""
