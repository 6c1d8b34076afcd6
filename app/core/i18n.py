"""Languages of the interface: which there are, which one this request speaks, how a text says its own.

Rooms import gettext functions from here, so that models, policies and services never touch Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError
from babel.core import get_locale_identifier
from flask import Flask, abort, g, has_request_context, redirect, request
from flask_babel import force_locale, gettext, npgettext, pgettext
from werkzeug import Response

if TYPE_CHECKING:

    def lazy_pgettext(context: str, string: str, **variables: Any) -> Any:
        """A text translated when it is shown; libraries that ask for a `str` take it as one."""
else:
    from flask_babel import lazy_pgettext

__all__ = ["force_locale", "gettext", "lazy_pgettext", "npgettext", "pgettext"]

DEFAULT = "fr"
INTERFACE = ("fr", "en", "nl", "pt-BR", "vi", "ar", "mg")
"""Interface languages as BCP-47 tags, in the order of the language menu."""
REVIEWED = ("fr", "en")
"""Those whose catalogue a native speaker has read over; the X-Review header of a catalogue is written from here."""
CONTENT = (*INTERFACE, "pl", "de", "es", "it", "wo", "ff", "bm", "snk", "zgh", "pcd", "vls", "ro", "uk", "tr", "zh")
"""Languages a text may be written in."""
OWN_NAMES = {
    "fr": "français", "en": "English", "nl": "Nederlands", "pt-BR": "português (Brasil)", "vi": "Tiếng Việt",
    "ar": "العربية", "mg": "malagasy", "pl": "polski", "de": "Deutsch", "es": "español", "it": "italiano",
    "wo": "wolof", "ff": "fulfulde", "bm": "bamanankan", "snk": "sooninkanxanne", "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "pcd": "picard", "vls": "West-Vlams", "ro": "română", "uk": "українська", "tr": "Türkçe", "zh": "中文",
}  # fmt: skip
_UNNAMED = {
    "pcd": {
        "fr": "picard", "en": "Picard", "nl": "Picardisch", "pt-BR": "picardo", "vi": "tiếng Picard",
        "ar": "البيكاردية", "mg": "pikardy",
    },
    "vls": {
        "fr": "flamand occidental", "en": "West Flemish", "nl": "West-Vlaams", "pt-BR": "flamengo ocidental",
        "vi": "tiếng Tây Flanders", "ar": "الفلمنكية الغربية", "mg": "flamand andrefana",
    },
    "snk": {
        "fr": "soninké", "en": "Soninke", "nl": "Soninke", "pt-BR": "soninquê", "vi": "tiếng Soninke",
        "ar": "السوننكية", "mg": "soninke",
    },
}  # fmt: skip
"""Names of languages that CLDR does not have."""
COOKIE = "lang"
_RTL = {"ar"}


@dataclass
class Choice:
    """What the operator chose of the above; the kernel's options fill it in (`core.identity`)."""

    offered: Callable[[], Sequence[str]]
    default: Callable[[], str]


choice = Choice(lambda: INTERFACE, lambda: DEFAULT)


def offered_languages() -> Sequence[str]:
    """The interface languages that this site offers, in the order of the language menu."""
    return choice.offered()


def default_language() -> str:
    """The language of this site where the reader's is unknown or has no text."""
    return choice.default()


def direction(tag: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if tag.partition("-")[0] in _RTL else "ltr"


@lru_cache(maxsize=256)
def locale_of(tag: str) -> Locale:
    """The Babel locale of a tag; the default's for what CLDR does not know."""
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT)


def current_lang() -> str:
    """The interface language in force, as a tag."""
    if has_request_context() and (lang := g.get("lang")):
        return str(lang)
    from flask_babel import get_locale

    locale = get_locale()
    tag = get_locale_identifier((locale.language, locale.territory), "-") if locale else DEFAULT
    return tag if tag in INTERFACE else DEFAULT


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Everything inside is said in that language; addresses built inside carry it."""
    before = g.get("lang")
    g.lang = tag
    try:
        with force_locale(tag.replace("-", "_")):
            yield
    finally:
        g.lang = before
        if before is None:
            g.pop("lang")


def language_name(tag: str, lang: str | None = None) -> str:
    """Name of a language in an interface language; Malagasy names missing in CLDR fall back to French."""
    return _language_name(tag, lang or current_lang())


@lru_cache(maxsize=1024)
def _language_name(tag: str, spoken: str) -> str:
    if tag in _UNNAMED:
        return _UNNAMED[tag].get(spoken, _UNNAMED[tag]["fr"])
    key = tag.replace("-", "_")
    for name in (spoken, DEFAULT):
        names = locale_of(name).languages
        if found := names.get(key) or names.get(tag.partition("-")[0]):
            return str(found)
    return OWN_NAMES.get(tag, tag)


def translated(texts: Mapping[str, str], lang: str | None = None) -> str:
    """A text kept in several languages, in the reader's, else in the site's, else in any."""
    spoken = lang or current_lang()
    return texts.get(spoken) or texts.get(default_language()) or next(filter(None, texts.values()), "")


def text_lang(texts: Mapping[str, str], lang: str | None = None) -> str:
    """The language in which `translated` answers."""
    spoken = lang or current_lang()
    return next((tag for tag in (spoken, default_language(), *texts) if texts.get(tag)), spoken)


def preferred(member_lang: str | None = None) -> str:
    """The language for an address without one: cookie, member's choice, Accept-Language, the site's own."""
    chosen = request.cookies.get(COOKIE) or member_lang
    if chosen in offered_languages():
        return str(chosen)
    offered = {tag.lower(): tag for tag in offered_languages()}
    offered |= {"pt": "pt-BR"} if "pt-BR" in offered.values() else {}
    for wanted, _quality in request.accept_languages:
        tag = wanted.lower().replace("_", "-")
        if found := offered.get(tag) or offered.get(tag.split("-")[0]):
            return found
    return default_language()


def init_languages(app: Flask) -> None:
    """Take the language out of every address before the view, and put it back into every address built."""

    @app.url_value_preprocessor
    def take_lang(endpoint: str | None, values: dict[str, Any] | None) -> None:
        tag = (
            values.pop("lang", None)
            if values and endpoint and app.url_map.is_endpoint_expecting(endpoint, "lang")
            else None
        )
        if tag is not None and tag not in INTERFACE:
            abort(404)
        g.lang = tag or preferred()
        if tag is not None and tag not in offered_languages():
            abort(_in_default_language(tag))

    @app.url_defaults
    def put_lang(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = g.get("lang") or DEFAULT


def _in_default_language(tag: str) -> Response:
    """The same address in the site's language: this one was offered once, and links to it are about."""
    rest = request.full_path.removeprefix(f"/{tag}").rstrip("?")
    return redirect(f"/{default_language()}{rest}", 302 if request.method in {"GET", "HEAD"} else 307)


def select_locale() -> str:
    """Flask-Babel's question for the locale of this request."""
    return str(g.get("lang") or DEFAULT).replace("-", "_")
