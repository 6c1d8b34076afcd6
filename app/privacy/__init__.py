"""Export of one's own data, closing and anonymisation of accounts, consents."""
