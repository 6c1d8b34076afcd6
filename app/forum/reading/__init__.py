"""Reading: lists, pages of topics, fragments of messages, and what is kept of them between requests."""
