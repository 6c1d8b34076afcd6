"""Countries and languages: codes, names in every interface language, local time."""
