"""What breaks, and what must hold meanwhile: processes killed, services gone, readers and writers at once."""
