"""The demonstration set, for tests that look at every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Domain

from tests.house.pseudo import PseudoTranslations
from tests.support.sample import sample_platform


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A platform of its own, which no test of another module has warmed."""
    with sample_platform(tmp_path_factory.mktemp("sample")) as app:
        yield app


@pytest.fixture(scope="module")
def pseudo_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A platform that speaks the pseudo-language from its start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Domain, "get_translations", lambda _domain: PseudoTranslations())
        with sample_platform(tmp_path_factory.mktemp("pseudo")) as app:
            yield app
