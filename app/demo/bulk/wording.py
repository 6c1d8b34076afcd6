"""Texts of a large set with their HTML: every sentence is rendered once, a text is put together from them.

What a text says depends on its seed alone, so that a quotation can say again what was said before.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Any

from app.core.markdown import render
from app.demo.phrases import fill
from app.demo.reading import read_phrases

MEAN, SHORTEST, LONGEST = 600, 50, 6_000
"""Characters of a post."""
OVERSHOT = 20
"""By how many characters a text passes the length drawn for it, on average."""
CODES = 40_000
"""Numbers of invented files, some named often and most of them once or twice: rare words, as every forum has."""
Text = tuple[str, str]
"""Markdown and its HTML."""


class Wording:
    """Writes in one language about one of its themes."""

    def __init__(self, lang: str, theme: int, until: datetime) -> None:
        self.phrases: dict[str, Any] = read_phrases(lang)
        self.sentences: list[str] = self.phrases["theme"][theme]["sentences"] + self.phrases["remarks"]
        self.until = until

    def opening(self, seed: int) -> Text:
        """The first post of a topic."""
        rng = Random(seed)  # noqa: S311 - nothing secret is drawn from it
        blocks = [self._said(rng.choice(self.phrases["greetings"]), rng)]
        blocks += self._paragraphs(self._length(rng), rng)
        if rng.random() < 0.2:
            blocks.append(_listed([self._sentence(rng) for _ in range(3)]))
        blocks.append(self._said(rng.choice(self.phrases["closings"]), rng))
        return _joined(blocks)

    def reply(self, seed: int) -> Text:
        """An answer; its first sentence is `first_sentence(seed)`."""
        rng = Random(seed)  # noqa: S311
        first = self._sentence(rng)
        return _joined(self._paragraphs(self._length(rng), rng, first))

    def live(self, seed: int) -> Text:
        """Something said in a session."""
        rng = Random(seed)  # noqa: S311
        said = [self._sentence(rng)]
        return _joined([_paragraph([*said, self._sentence(rng)] if rng.random() < 0.45 else said)])

    def first_sentence(self, seed: int) -> str:
        """With what an answer begins."""
        return self._sentence(Random(seed))  # noqa: S311

    def quoting(self, public_id: str, words: str, answer: Text) -> Text:
        """An answer under a quotation of another post."""
        cited = f'<blockquote>\n<p><cite data-post="{public_id}"></cite>{inline(words)}</p>\n</blockquote>\n'
        return f"> [post:{public_id}]\n> {words}\n\n{answer[0]}", cited + answer[1]

    def _length(self, rng: Random) -> int:
        return min(SHORTEST + int(rng.expovariate(1 / (MEAN - SHORTEST - OVERSHOT))), LONGEST)

    def _paragraphs(self, length: int, rng: Random, first: str = "") -> list[Text]:
        """Paragraphs of two to five sentences, until there is as much as that."""
        blocks: list[Text] = []
        while length > 0:
            sentences = [first or self._sentence(rng)]
            first = ""
            wanted = rng.randint(2, 5)
            while len(sentences) < wanted and sum(map(len, sentences)) < length:
                sentences.append(self._sentence(rng))
            blocks.append(_paragraph(sentences))
            length -= len(blocks[-1][0])
        return blocks

    def _sentence(self, rng: Random) -> str:
        pattern = rng.choice(self.sentences)
        text = fill(pattern, self.phrases, self.until, rng) if "{" in pattern else pattern
        return f"{text} (BF{int(CODES ** rng.random())})" if rng.random() < 0.08 else text

    def _said(self, pattern: str, rng: Random) -> Text:
        return _paragraph([fill(pattern, self.phrases, self.until, rng)])


@lru_cache(maxsize=2**16)
def inline(sentence: str) -> str:
    """The HTML of a sentence, without a paragraph around it."""
    return render(sentence).removeprefix("<p>").removesuffix("</p>\n")


def _paragraph(sentences: list[str]) -> Text:
    return " ".join(sentences), f"<p>{' '.join(map(inline, sentences))}</p>\n"


def _listed(sentences: list[str]) -> Text:
    points = "".join(f"<li>{inline(one)}</li>\n" for one in sentences)
    return "\n".join(f"- {one}" for one in sentences), f"<ul>\n{points}</ul>\n"


def _joined(blocks: list[Text]) -> Text:
    return "\n\n".join(text for text, _ in blocks), "".join(html for _, html in blocks)
