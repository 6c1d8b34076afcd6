"""The edge outside Flask: what stands between the network and the pages.

`shell` takes every request (bodies whole before a thread is taken, files sent by the loop), `bridge` lets Flask code
speak to the asynchronous Socket.IO server, `supervisor` keeps the web and the jobs process alive.
"""
