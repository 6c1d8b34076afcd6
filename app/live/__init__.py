"""The live layer: tells browsers what happened in the rooms they read, if they may still read them.

`handlers` answer what a browser asks on its socket, the same on both servers. `tail` follows the event log and
`delivery` renders each event once per interface language. `presence` and typing are volatile: never stored.
"""
