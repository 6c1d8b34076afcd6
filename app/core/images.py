"""Images of members, written anew: only the picture is kept."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4096
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
BROKEN = lazy_pgettext("file rule", "This image cannot be read.")
TOO_MANY_PIXELS = lazy_pgettext("file rule", "This image is too large: make it smaller than 40 million pixels.")


def clean_image(content: bytes, media_type: str) -> bytes:
    """The same picture upright, at most 4096 pixels wide or high, without place, device or owner. Raises Invalid."""
    name = _FORMATS[media_type]
    try:
        with Image.open(BytesIO(content), formats=[name]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Invalid(TOO_MANY_PIXELS, "file")
            return _animation(image, name) if getattr(image, "is_animated", False) else _still(image, name)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise Invalid(BROKEN, "file") from problem


def _still(image: Image.Image, name: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = upright.copy()
    bare.info = {key: value for key, value in upright.info.items() if key in {"transparency", "icc_profile"}}
    written = BytesIO()
    profile = bare.info.get("icc_profile")
    bare.save(written, name, quality=88, icc_profile=profile)
    return written.getvalue()


def _animation(image: Image.Image, name: str) -> bytes:
    frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    waits = [frame.info.get("duration", 100) for frame in frames]
    for frame in frames:
        frame.info = {key: value for key, value in frame.info.items() if key == "transparency"}
    written = BytesIO()
    frames[0].save(written, name, save_all=True, append_images=frames[1:], duration=waits, loop=0)
    return written.getvalue()
