"""What members do with any subject: react, follow, tag, attach a file, remember how far they read."""
