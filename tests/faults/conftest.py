"""A platform to be broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.config import Settings
from tests.support.running import Platform


@pytest.fixture
def run_platform(settings: Settings) -> Iterator[Callable[..., Platform]]:
    """Starts whole platforms on this test's database: `run_platform(live_channel=...)`; they are stopped at the end."""
    started: list[Platform] = []

    def run(**changes: Any) -> Platform:
        platform = Platform(replace(settings, **changes))
        platform.start()
        started.append(platform)
        return platform

    yield run
    for platform in started:
        platform.stop()
