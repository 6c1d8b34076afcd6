"""What the tests stand on: databases, a clock, a browser without a screen, a mail server."""
