"""Work that no request asked for: consumers, listeners, jobs, live delivery."""

from __future__ import annotations

from flask import Flask
from flask.ctx import RequestContext


def background_context(app: Flask) -> RequestContext:
    """A context with a database session of its own, in which addresses can be built and texts be said in a language."""
    return app.test_request_context("/", base_url=app.extensions["settings"].site_url)
