"""Files sent by the loop: static ones, and those a view sends once it has checked the rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.serving.conftest import BIG

APP = "/static/dist/app.0a1b2c3d.js"


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", b"gzip"),
        ("identity", None, b"plain"),
    ],
)
def test_a_compressed_twin_is_chosen_by_accept_encoding(
    serve: Any, accepted: str, coding: str | None, body: bytes
) -> None:
    status, headers, content = serve().get(APP, [("Accept-Encoding", accepted)])
    assert (status, headers.get("content-encoding"), content) == (200, coding, body)
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["vary"] == "accept-encoding"


def test_a_hashed_name_is_kept_for_ever_and_a_plain_one_is_checked(serve: Any) -> None:
    served = serve()
    hashed, plain = served.get(APP)[1], served.get("/static/img/mark.svg")[1]
    assert hashed["cache-control"] == "public, max-age=31536000, immutable"
    assert plain["cache-control"] == "public, no-cache"
    assert plain["content-type"] == "image/svg+xml"
    assert hashed["x-content-type-options"] == plain["x-content-type-options"] == "nosniff"


def test_an_unchanged_file_is_not_sent_again(serve: Any) -> None:
    served = serve()
    etag = served.get(APP, [("Accept-Encoding", "br")])[1]["etag"]
    assert served.get(APP, [("Accept-Encoding", "br"), ("If-None-Match", etag)])[0::2] == (304, b"")
    assert served.get(APP, [("Accept-Encoding", "gzip"), ("If-None-Match", '"other"')])[0] == 200


@pytest.mark.parametrize(
    "path", ["/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/none.js", "/static/", "/static/dist"]
)
def test_nothing_outside_the_folder_is_sent(serve: Any, path: str) -> None:
    status, headers, body = serve().get(path)
    assert status == 404
    assert b"not static" not in body
    assert headers["x-content-type-options"] == "nosniff"


def test_a_static_file_is_only_read(serve: Any) -> None:
    assert serve().ask(f"DELETE {APP} HTTP/1.1\r\nHost: here\r\n\r\n".encode())[0] == 405


def test_a_view_sends_a_file_whole_by_range_and_not_again(serve: Any) -> None:
    served = serve()
    status, headers, body = served.get("/file")
    assert (status, len(body), headers["content-length"]) == (200, BIG, str(BIG))
    assert served.get("/file", [("Range", "bytes=16-19")])[0::2] == (206, b"0123")
    assert served.get("/file", [("If-None-Match", headers["etag"])])[0::2] == (304, b"")


def test_a_header_with_an_underscore_cannot_pose_as_another(serve: Any) -> None:
    served = serve()
    assert served.get("/page", [("X_Role", "administrator")])[2] == b"a page for anyone"
    assert served.get("/page", [("X-Role", "member")])[2] == b"a page for member"
