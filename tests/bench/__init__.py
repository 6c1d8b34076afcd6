"""Measures the platform against its targets: `make bench`, or `python -m tests.bench --help`."""
