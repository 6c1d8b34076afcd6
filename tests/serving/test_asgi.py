"""The whole platform behind its shell."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.live.servers import AsgiServer
from tests.support.running import running


@pytest.fixture
def served(app: Flask) -> Iterator[AsgiServer]:
    with running(AsgiServer(app)) as server:
        yield server


def ask(served: AsgiServer, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    connection.close()
    return found


def test_pages_and_static_files_come_from_one_port(served: AsgiServer) -> None:
    status, headers, body = ask(served, "GET", "/en/")
    assert (status, '<html lang="en"' in body) == (200, True)
    assert "default-src 'self'" in headers["content-security-policy"]
    assert ask(served, "GET", "/static/img/icons.txt")[1]["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("lang", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_a_body_too_large_is_answered_by_the_sites_own_page(served: AsgiServer, lang: str, direction: str) -> None:
    status, headers, body = ask(served, "POST", f"/{lang}/login", Content_Length=str(10**9), Content_Type="text/plain")
    assert (status, headers["connection"]) == (413, "close")
    assert f'<html lang="{lang}" dir="{direction}"' in body


def test_sockets_of_other_paths_are_refused(served: AsgiServer) -> None:
    status, _, _ = ask(
        served, "GET", "/fr/", Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
    )  # fmt: skip
    assert status == 403
