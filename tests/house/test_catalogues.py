"""The catalogues hold exactly the messages of the sources, translated, with their placeholders."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import catalogues


def test_every_catalogue_is_complete_and_sound() -> None:
    assert catalogues.check() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('msgstr "Langue"', 'msgstr ""'), "untranslated"),
        (lambda text: re.sub(r"^(msgstr .*)%\(site\)s", r"\1%(sight)s", text, flags=re.MULTILINE), "placeholders"),
        (lambda text: text.replace('msgctxt "shell"', 'msgctxt "hull"', 1), "missing"),
    ],
)
def test_a_fault_is_found(
    change: Callable[[str], str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "translations"
    shutil.copytree(catalogues.FOLDER, folder)
    monkeypatch.setattr(catalogues, "FOLDER", folder)
    path = folder / "fr" / "LC_MESSAGES" / "messages.po"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    assert any(said in fault and fault.startswith("fr:") for fault in catalogues.check())
