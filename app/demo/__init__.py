"""The demonstration set: invented members and conversations, the same ones every time, loaded in one go.

`content/` holds what was written by hand, and the sentences from which the larger sets are put together.
"""
