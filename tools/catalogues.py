"""The message catalogues: extract, merge, check, compile, and hand work to translators.

catalogues.py update           extract messages.pot and merge it into every catalogue
catalogues.py compile          make the .mo files that the platform reads
catalogues.py check            fail unless every catalogue is complete and sound
catalogues.py missing LANG     print the untranslated messages of a language as JSON
catalogues.py fill LANG FILE   put translations back: [{"context", "id", "plural", "text": str | [str, ...]}]
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.core.i18n import REVIEWED

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "translations"
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "en": "nplurals=2; plural=(n != 1);",
    "nl": "nplurals=2; plural=(n != 1);",
    "pt_BR": "nplurals=2; plural=(n > 1);",
    "vi": "nplurals=1; plural=0;",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
    "mg": "nplurals=2; plural=(n > 1);",
}
"""Each catalogue's own header: Babel's rule is wrong for Malagasy, and tools differ in the order of Arabic forms."""
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def template() -> Catalog:
    """Every message of the sources, in a stable order."""
    catalogue = Catalog(project="Beffroi", charset="utf-8", fuzzy=False)
    options = {"**.html": {"trimmed": "true"}}
    found = extract_from_dir(PROJECT, METHODS, options, KEYWORDS, comment_tags=(), directory_filter=_is_source)
    for _file, _line, text, comments, context in sorted(found, key=lambda row: (row[4] or "", str(row[2]))):
        catalogue.add(text, None, [], auto_comments=comments, context=context)
    return catalogue


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", ".venv", "var", "tests", ".git", "__pycache__", "dist"}


def load(lang: str) -> Catalog:
    """A catalogue, or an empty one for a language that has none yet."""
    path = _path(lang)
    if not path.exists():
        return Catalog(locale=lang, project="Beffroi", charset="utf-8", fuzzy=False)
    with path.open("rb") as stored:
        return read_po(stored, locale=lang)


def _path(lang: str) -> Path:
    return FOLDER / lang / "LC_MESSAGES" / "messages.po"


def save(lang: str, catalogue: Catalog) -> None:
    """Write a catalogue under its own plural header, without dates or places, so that only texts make a difference."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {lang}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {PLURALS[lang]}\\n"\n'
        f'"X-Review: {_review(lang)}\\n"\n\n'
    )
    path = _path(lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + buffer.getvalue().decode().lstrip("\n"), encoding="utf-8")


def _review(lang: str) -> str:
    return "native" if lang in REVIEWED else "unreviewed"


def update() -> None:
    """Merge the sources into every catalogue: texts are kept, messages that are gone are dropped, none is guessed."""
    messages = template()
    buffer = io.BytesIO()
    write_po(buffer, messages, width=0, no_location=True, omit_header=True)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "messages.pot").write_bytes(buffer.getvalue())
    for lang in PLURALS:
        known = {_key(message): message.string for message in load(lang) if message.id}
        merged = Catalog(locale=lang, charset="utf-8", fuzzy=False)
        for message in messages:
            if message.id:
                merged.add(message.id, _kept(lang, message, known), context=message.context)
        save(lang, merged)
        print(f"{lang}: {sum(1 for _ in untranslated(merged))} to translate of {len(merged)}")


def _kept(lang: str, message: Message, known: dict[Any, Any]) -> Any:
    text = known.get(_key(message)) or ""
    forms = int(PLURALS[lang][9])
    if lang == "en":
        return tuple(message.id) if message.pluralizable else message.id
    if message.pluralizable:
        return tuple(text) if isinstance(text, (tuple, list)) and len(text) == forms else ("",) * forms
    return text if isinstance(text, str) else ""


def _key(message: Message) -> tuple[str, Any]:
    return (message.context or "", message.id)


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Messages with an empty form."""
    for message in catalogue:
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(texts):
            yield message


def check() -> list[str]:
    """What is wrong with the catalogues, as sentences; an empty list when nothing is."""
    wanted = {_key(message) for message in template() if message.id}
    faults = []
    for lang in PLURALS:
        catalogue = load(lang)
        there = {_key(message) for message in catalogue if message.id}
        faults += [f"{lang}: missing {key}" for key in sorted(wanted - there, key=str)]
        faults += [f"{lang}: no longer used {key}" for key in sorted(there - wanted, key=str)]
        faults += [f"{lang}: untranslated {_key(message)}" for message in untranslated(catalogue)]
        faults += [f"{lang}: placeholders of {_key(message)}" for message in catalogue if not _same_places(message)]
    return faults


def _same_places(message: Message) -> bool:
    """Every form uses placeholders of the message; only a form for one or two may leave the number out."""
    if not message.id:
        return True
    source: Any = message.id
    wanted = set(PLACEHOLDER.findall(" ".join(source) if message.pluralizable else source))
    texts: Any = message.string if message.pluralizable else (message.string,)
    used = [set(PLACEHOLDER.findall(text)) for text in texts if text]
    if not message.pluralizable:
        return all(places == wanted for places in used)
    return all(places <= wanted and places >= wanted - {"num", "count"} for places in used)


def compile_all() -> None:
    """Make the .mo file of every catalogue."""
    for lang in PLURALS:
        with _path(lang).with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, load(lang))


def missing(lang: str) -> None:
    """Print what is left to translate."""
    rows = []
    for message in untranslated(load(lang)):
        source: Any = message.id
        singular, plural = source if message.pluralizable else (source, None)
        rows.append({"context": message.context, "id": singular, "plural": plural, "text": ""})
    print(json.dumps(rows, ensure_ascii=False, indent=1))


def fill(lang: str, path: str) -> None:
    """Put translations into a catalogue; an entry that is no message of it is an error."""
    catalogue = load(lang)
    for row in json.loads(Path(path).read_text(encoding="utf-8")):
        message = catalogue.get(row["id"], context=row["context"])
        if message is None:
            raise SystemExit(f"{lang}: no message {row['context']!r} {row['id']!r}")
        message.string = tuple(row["text"]) if isinstance(row["text"], list) else row["text"]
    save(lang, catalogue)


def main(arguments: list[str]) -> None:
    """Run one command."""
    match arguments:
        case [] | ["update"]:
            update()
            compile_all()
        case ["compile"]:
            compile_all()
        case ["missing", lang]:
            missing(lang)
        case ["fill", lang, path]:
            fill(lang, path)
        case ["check" | "--check"]:
            faults = check()
            print("\n".join(faults) or "catalogues: complete in every language")
            raise SystemExit(bool(faults))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
