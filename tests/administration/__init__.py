"""The shell, home, cards and errors, through HTTP."""
