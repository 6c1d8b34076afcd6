"""One server, one browser, one set of data for the whole folder; devices that must not complain."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from app import create_app
from app.accounts.models import User
from app.config import Settings
from app.operating.preparing import release
from app.starting import fill_index, load_demo
from tests.journeys.reader import Reader
from tests.journeys.world import World
from tests.support.chromium import launched
from tests.support.databases import sqlite_template
from tests.support.mailbox import Mailbox
from tests.support.ports import free_port
from tests.support.running import Platform

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser, and stays in one worker: one server and one browser are enough."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demonstration set, served by `beffroi serve`; its mails go to a mail server."""
    var = tmp_path_factory.mktemp("served")
    shutil.copy(sqlite_template(tmp_path_factory.mktemp("empty")), var / "beffroi.db")
    mailbox, port = Mailbox(), free_port()
    mailbox.start()
    settings = Settings(
        var=var, secret_key="a key for journeys", rate_limits=False, inline_jobs=False, smtp_url=mailbox.url,
        site_url=f"http://127.0.0.1:{port}", operator="The Region",
    )  # fmt: skip
    app = create_app(settings)
    platform = Platform(settings, port=port)
    with app.app_context():
        load_demo(replace(settings, demo=True), "tiny")
        fill_index()
        platform.start()
        yield World(app, platform, mailbox)
        platform.stop()
        assert "Traceback" not in platform.complaints(), platform.complaints()
        mailbox.stop()
        release(app)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with launched() as browser:
        yield browser


@pytest.fixture
def device(world: World, chromium: Browser) -> Iterator[Callable[..., Reader]]:
    """`device("ar", member, scripts=False, phone=True)`: a new device. At the end of the test none of them may have
    asked anything of another origin, nor complained in its console.
    """
    readers: list[Reader] = []

    def make(
        lang: str, member: User | None = None, *, scripts: bool = True, phone: bool = False, **more: Any
    ) -> Reader:
        options = (PHONE if phone else DESKTOP) | {"locale": lang, "java_script_enabled": scripts} | more
        context = chromium.new_context(**options)
        if member:
            name, _, value = world.cookie(member).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": world.url}])
        readers.append(Reader(context, world.url, lang))
        return readers[-1]

    yield make
    for reader in readers:
        reader.context.close()
    assert [url for reader in readers for url in reader.outside()] == []
    assert [line for reader in readers for line in reader.unexpected()] == []
