"""The shared kernel: what every room stands on, and that knows no room."""
