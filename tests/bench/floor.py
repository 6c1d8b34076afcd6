"""The platform with one route more: the bytes of a page as last shown, from a constant.

The route keeps all that surrounds a page (session, member, headers, compression), so what a page costs above it is the
page itself. Run as `python -m tests.bench.floor PORT`.
"""

from __future__ import annotations

import sys
from urllib.parse import quote

from flask import Flask, Response, request

from app import create_app
from app.accounts.actor import current_actor
from app.serving import web
from app.serving.supervisor import listen, supervise

_shown: dict[tuple[bool, str], bytes] = {}


def floor_of(path: str) -> str:
    """The address that answers the bytes of that one."""
    return f"/fr/floor?of={quote(path, safe='')}"


def with_floor(*arguments: object) -> Flask:
    """The application of `create_app`, with the route and what it needs."""
    app = create_app(*arguments)  # type: ignore[arg-type]

    @app.after_request
    def note(answer: Response) -> Response:
        if request.endpoint != "floor" and answer.status_code == 200 and answer.mimetype == "text/html":
            place = (current_actor().is_visitor, request.full_path.rstrip("?"))
            if place not in _shown:
                _shown[place] = answer.get_data()
        return answer

    @app.get("/<lang>/floor")
    def floor() -> Response:
        answer = Response(_shown[current_actor().is_visitor, request.args["of"]], mimetype="text/html")
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.vary.add("Cookie")
        return answer

    return app


def main() -> None:
    """Serve as `beffroi serve` does, with the route in the web process."""
    web.create_app = with_floor
    sys.exit(supervise(listen("127.0.0.1", int(sys.argv[1])), print).run())


if __name__ == "__main__":
    main()
