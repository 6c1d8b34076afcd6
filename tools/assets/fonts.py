"""The fonts: each `@font-face` of `static/css/fonts.css` says which signs, weights and widths to keep of its source."""

import io
import re
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from tools.assets.output import PACKAGES, ROOT, Part, Product, hashed
from tools.assets.waiting import rules

SHEET = ROOT / "static" / "css" / "fonts.css"
SOURCES = {
    "bricolage-grotesque-latin": "bricolage-grotesque/files/bricolage-grotesque-latin-wdth-normal.woff2",
    "bricolage-grotesque-latin-ext": "bricolage-grotesque/files/bricolage-grotesque-latin-ext-wdth-normal.woff2",
    "bricolage-grotesque-vietnamese": "bricolage-grotesque/files/bricolage-grotesque-vietnamese-wdth-normal.woff2",
    "literata-latin": "literata/files/literata-latin-wght-normal.woff2",
    "literata-latin-ext": "literata/files/literata-latin-ext-wght-normal.woff2",
    "literata-vietnamese": "literata/files/literata-vietnamese-wght-normal.woff2",
    "vazirmatn-arabic": "vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
    "vazirmatn-digits": "vazirmatn/files/vazirmatn-latin-wght-normal.woff2",
    "noto-naskh-arabic": "noto-naskh-arabic/files/noto-naskh-arabic-arabic-wght-normal.woff2",
    "noto-naskh-digits": "noto-naskh-arabic/files/noto-naskh-arabic-latin-wght-normal.woff2",
}
FACE = re.compile(r"@font-face \{[^}]*?url\(\"(?P<name>[\w-]+)\.woff2\"\)[^}]*\}")
AXES = {"wght": re.compile(r"font-weight: (\d+) (\d+)"), "wdth": re.compile(r"font-stretch: (\d+)% (\d+)%")}
FEATURES = ["ccmp", "fina", "init", "kern", "liga", "locl", "mark", "medi", "mkmk", "rlig", "tnum"]
NOTICES = [0, 1, 2, 13, 14]  # copyright, names, licence: the OFL wants them to travel with the file
SIGNS = re.compile(r"unicode-range: ([^;}]+)")


def inputs() -> Iterable[Path]:
    return [SHEET, ROOT / "package-lock.json"]


def build() -> list[Product]:
    sheet, products = SHEET.read_text(), []
    for face in FACE.finditer(sheet):
        product = hashed(f"fonts/{face['name']}.woff2", subset(face["name"], face[0]))
        sheet = sheet.replace(f'"{face["name"]}.woff2"', f'"{product.name}"')
        products.append(product)
    return [*products, Product(None, "fonts.css", (_joined(sheet) + rules()).encode())]


def subset(name: str, face: str) -> bytes:
    """The source font cut down to the signs and the ranges of weight and width that its `@font-face` declares."""
    font = TTFont(PACKAGES / "@fontsource-variable" / SOURCES[name], recalcTimestamp=False)
    subsetter = Subsetter(Options(hinting=False, layout_features=FEATURES, name_IDs=NOTICES))
    subsetter.populate(unicodes=parse_unicodes(",".join(SIGNS.findall(face))))
    subsetter.subset(font)
    limits = {axis: (int(found[1]), int(found[2])) for axis, rule in AXES.items() if (found := rule.search(face))}
    instantiateVariableFont(font, limits, inplace=True)
    font.flavor, out = "woff2", io.BytesIO()
    font.save(out)
    return out.getvalue()


def _joined(sheet: str) -> str:
    """The rules without comments and line ends: the style sheets begin with them."""
    return re.sub(r"/\*.*?\*/|\n", "", sheet, flags=re.DOTALL)


FONTS = Part("fonts", inputs, build)
