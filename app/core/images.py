"""Images of members, written anew: only the picture is kept, upright, and smaller copies of it for small screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext

MOST_PIXELS = 40_000_000
MOST_MOVING_PIXELS = 20_000_000
"""Of all frames of an animation together: each is held in memory at once."""
LONGEST_SIDE = 4096
WIDTHS = (480, 960, 1600)
"""Widths of the smaller copies, in pixels."""
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
_one_at_a_time = Lock()
"""A large picture takes a hundred megabytes while it is read: two at once are never needed."""
BROKEN = lazy_pgettext("file rule", "This image cannot be read.")
TOO_MANY_PIXELS = lazy_pgettext("file rule", "This image is too large: make it smaller than 40 million pixels.")


@dataclass(frozen=True)
class CleanImage:
    """A picture as it is kept."""

    content: bytes
    width: int
    height: int
    smaller: dict[int, bytes] = field(default_factory=dict)
    """Copies in WebP by their width, each narrower than the picture; none of what moves."""


def clean_image(content: bytes, media_type: str) -> CleanImage:
    """The same picture upright, at most 4096 pixels wide or high, without place, device or owner. Raises Invalid."""
    name = _FORMATS[media_type]
    with _one_at_a_time, _readable(content, name) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Invalid(TOO_MANY_PIXELS, "file")
        return _animation(image, name) if getattr(image, "is_animated", False) else _still(image, name)


@contextmanager
def _readable(content: bytes, name: str) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(content), formats=[name]) as image:
            yield image
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        Image.DecompressionBombError,
    ) as problem:
        raise Invalid(BROKEN, "file") from problem


def _still(image: Image.Image, name: str) -> CleanImage:
    image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at the size needed, not whole
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = upright.copy()
    bare.info = {key: value for key, value in upright.info.items() if key in {"transparency", "icc_profile"}}
    written = BytesIO()
    bare.save(written, name, quality=88, icc_profile=bare.info.get("icc_profile"))
    return CleanImage(written.getvalue(), *bare.size, _smaller(bare))


def _smaller(image: Image.Image) -> dict[int, bytes]:
    is_clear = "transparency" in image.info or image.mode in {"RGBA", "LA", "PA"}
    plain = image.convert("RGBA" if is_clear else "RGB")
    copies: dict[int, bytes] = {}
    for width in sorted((width for width in WIDTHS if width < image.width), reverse=True):
        plain = plain.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
        written = BytesIO()
        plain.save(written, "WEBP", quality=80, icc_profile=image.info.get("icc_profile"))
        copies[width] = written.getvalue()
    return copies


def _animation(image: Image.Image, name: str) -> CleanImage:
    if image.width * image.height * getattr(image, "n_frames", 1) > MOST_MOVING_PIXELS:
        raise Invalid(TOO_MANY_PIXELS, "file")
    frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    waits = [frame.info.get("duration", 100) for frame in frames]
    for frame in frames:
        frame.info = {key: value for key, value in frame.info.items() if key == "transparency"}
    written = BytesIO()
    frames[0].save(written, name, save_all=True, append_images=frames[1:], duration=waits, loop=0)
    return CleanImage(written.getvalue(), *frames[0].size)
