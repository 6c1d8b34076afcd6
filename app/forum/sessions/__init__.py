"""Live sessions: topics with a beginning and an end, a queue of questions and a recap."""
