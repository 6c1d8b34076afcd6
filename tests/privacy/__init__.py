"""Own data, closed accounts, consents."""
