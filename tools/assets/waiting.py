"""Faces of the device that stand in until a web font is there: set to its widths and its line box, nothing moves then.

Devices differ in the face they have: Arial or its twins, Roboto on telephones, DejaVu where nothing else is. How wide a
text of the demonstration set is in the web font, by weight and width, was measured against each (Pillow, French and
English sentences; titles for the narrow widths); `size-adjust` is that ratio.
"""

from collections.abc import Iterable
from dataclasses import dataclass

NORMAL, BOLD = "400 599", "600 800"
BOX = {"Sans": (0.93, 0.27), "Serif": (1.177, 0.308)}
"""Ascent and descent of the web font, in parts of its size."""


@dataclass(frozen=True)
class Device:
    """A face of devices, and the percentage that makes it as wide as the web font."""

    voice: str
    name: str
    fonts: tuple[str, ...]
    normal: float
    bold: dict[int, float]
    """By the width of the web font, in percent."""


DEVICES = (
    Device(
        "Sans", "Arial", ("Arial", "Liberation Sans", "Helvetica Neue"), 104.9,
        {100: 101.4, 86: 88.0, 80: 84.1, 75: 79.7},
    ),
    Device("Sans", "Roboto", ("Roboto",), 105.7, {100: 108.0, 86: 93.6, 80: 89.5, 75: 84.8}),
    Device("Sans", "DejaVu", ("DejaVu Sans",), 92.0, {100: 84.7, 86: 74.0, 80: 70.7, 75: 67.0}),
    Device("Serif", "Times", ("Times New Roman", "Liberation Serif", "Times"), 116.9, {100: 117.7}),
    Device("Serif", "Noto", ("Noto Serif",), 98.1, {100: 98.7}),
    Device("Serif", "DejaVu", ("DejaVu Serif",), 91.0, {100: 88.5}),
)  # fmt: skip


def rules() -> str:
    """One `@font-face` for each weight and width of each device's face: `"Sans as Arial"`."""
    return "".join(rule for device in DEVICES for rule in _rules(device))


def _rules(device: Device) -> Iterable[str]:
    yield _rule(device, NORMAL, 100, device.normal, device.fonts)
    for width, size in device.bold.items():
        yield _rule(device, BOLD, width, size, tuple(f"{font} Bold" for font in device.fonts))


def _rule(device: Device, weight: str, width: int, size: float, fonts: tuple[str, ...]) -> str:
    up, down = (part / size * 10_000 for part in BOX[device.voice])
    sources = ", ".join(f'local("{font}")' for font in fonts)
    return (
        f'@font-face {{ font-family: "{device.voice} as {device.name}"; src: {sources}; font-weight: {weight}; '
        f"font-stretch: {width}%; size-adjust: {size}%; ascent-override: {up:.1f}%; descent-override: {down:.1f}%; "
        "line-gap-override: 0%; font-display: swap; }"
    )
