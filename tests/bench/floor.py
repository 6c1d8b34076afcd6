"""The platform with one route more: the bytes of the topic's page last shown, from a constant.

The route keeps all that surrounds a page (session, member, headers, compression), so what a page costs above it is the
page itself. Run as `python -m tests.bench.floor PORT`; the supervisor runs it again as the web process.
"""

from __future__ import annotations

import sys

from flask import Flask, Response, request

from app import create_app
from app.accounts.actor import current_actor
from app.serving import web
from app.serving.supervisor import Child, Supervisor, listen

_shown: dict[bool, bytes] = {}


def with_floor(*arguments: object) -> Flask:
    """The application of `create_app`, with the route and what it needs."""
    app = create_app(*arguments)  # type: ignore[arg-type]

    @app.after_request
    def note(answer: Response) -> Response:
        if request.endpoint == "forum.show_topic" and answer.status_code == 200 and not request.if_none_match:
            _shown[current_actor().is_visitor] = answer.get_data()
        return answer

    @app.get("/<lang>/floor")
    def floor() -> Response:
        answer = Response(_shown[current_actor().is_visitor], mimetype="text/html")
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.vary.add("Cookie")
        return answer

    return app


def main() -> None:
    if "--listener" in sys.argv:
        web.create_app = with_floor
        web.main()
        return
    children = [Child("tests.bench.floor", listens=True), Child("app.serving.jobs")]
    sys.exit(Supervisor(listen("127.0.0.1", int(sys.argv[1])), children, print).run())


if __name__ == "__main__":
    main()
