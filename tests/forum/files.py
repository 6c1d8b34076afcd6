"""Files as members send them."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from app.accounts.models import User
from app.core.events import unit_of_work
from app.core.files import FileStore, store_file
from app.engagement.models import Attachment
from app.engagement.shelf import put_on_shelf


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), colour: str = "teal", **options: Any) -> bytes:
    """An image of one colour."""
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **options)
    return written.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    """A compressed archive."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def on_shelf(member: User, store: FileStore, content: bytes, name: str = "a") -> Attachment:
    """A file that a member has sent for a text."""
    stored = store_file(store, name, content)
    with unit_of_work():
        return put_on_shelf(member, stored)
