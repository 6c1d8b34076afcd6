"""The versions of a message, what differs between them, and messages that many may edit."""
