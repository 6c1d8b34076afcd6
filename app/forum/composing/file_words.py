"""What a file is, in words: its kind and its size."""

from __future__ import annotations

from babel.numbers import format_decimal

from app.core.files import ENDINGS
from app.core.i18n import current_lang, locale_of, pgettext
from app.engagement.models import Attachment

_KB, _MB = 1024, 1024 * 1024


def file_facts(file: Attachment) -> str:
    """Kind and size: "PDF, 48 kB"."""
    return pgettext("file", "%(kind)s, %(size)s", kind=ENDINGS[file.media_type][1:].upper(), size=file_size(file.size))


def file_size(size: int) -> str:
    """A number of bytes as people say it."""
    locale = locale_of(current_lang())
    if size < _MB:
        return pgettext("file", "%(number)s kB", number=format_decimal(max(1, round(size / _KB)), locale=locale))
    return pgettext("file", "%(number)s MB", number=format_decimal(round(size / _MB, 1), locale=locale))
