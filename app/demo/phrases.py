"""Puts conversations together from the sentences of `content/phrases/`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from app.demo.people import LANGUAGE_MIX, Person
from app.demo.reading import read_phrases
from app.demo.talks import REACTION_CODES, Line, Talk


def generated_talks(topics: int, posts: int, people: list[Person], until: datetime, rng: Random) -> list[Talk]:
    """So many topics with so many posts in all, opened over the last year."""
    writers = writers_by_lang(people)
    langs = rng.choices(list(LANGUAGE_MIX), list(LANGUAGE_MIX.values()), k=topics)
    return [
        _talk(lang, size, writers, until, rng) for lang, size in zip(langs, draw_sizes(topics, posts, rng), strict=True)
    ]


def introductions(count: int, people: list[Person], until: datetime, rng: Random) -> list[Line]:
    """So many members who say where they come from, each once where there are enough of them."""
    chosen = rng.sample(people, min(count, len(people)))
    chosen += rng.choices(people, k=count - len(chosen))
    return [_introduction(person, until, rng) for person in chosen]


def _introduction(person: Person, until: datetime, rng: Random) -> Line:
    lang = person.langs[0] if person.langs[0] in LANGUAGE_MIX else "fr"
    text = fill(rng.choice(read_phrases(lang)["introductions"]), read_phrases(lang), until, rng)
    return Line(person.handle, text, lang, reactions={"welcome": rng.randint(0, 3)})


def writers_by_lang(people: list[Person]) -> dict[str, list[Person]]:
    """Writers by first language, the most active ones first: a few write a lot, many a little."""
    writers: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if not person.role:
            writers[person.langs[0]].append(person)
    return writers


def draw_sizes(topics: int, posts: int, rng: Random) -> list[int]:
    """Numbers of posts that add up to `posts`: many short topics, some long ones."""
    mean = posts / topics
    sizes = [1 + int(rng.expovariate(1 / max(mean - 1, 0.5))) for _ in range(topics)]
    while (rest := posts - sum(sizes)) != 0:
        place = rng.randrange(topics)
        step = max(1, min(abs(rest), sizes[place] // 4 or 1))
        if rest > 0 or sizes[place] - step >= 1:
            sizes[place] += step if rest > 0 else -step
    return sizes


def _talk(lang: str, size: int, writers: dict[str, list[Person]], until: datetime, rng: Random) -> Talk:
    phrases = read_phrases(lang)
    theme = rng.choice(phrases["theme"])
    sentences = _deck(theme["sentences"] + phrases["remarks"], rng)
    is_question = rng.random() < 0.25
    opener = _writer(lang, writers, rng)
    talk = Talk(
        title=fill(rng.choice(theme["titles"]), phrases, until, rng),
        category=rng.choice(theme["categories"]),
        lang=lang,
        days=max(0.05, 360 * rng.random() ** 1.3),
        lines=[Line(opener.handle, _opening(phrases, sentences, until, rng), lang, reactions=draw_reactions(rng))],
        kind="question" if is_question else "discussion",
        tags=rng.sample(theme["tags"], rng.randint(0, len(theme["tags"]))),
    )
    for _ in range(size - 1):
        talk.lines.append(_reply(talk, phrases, sentences, _writer(lang, writers, rng), until, rng))
    if is_question and size > 2:
        rng.choice(talk.lines[1:]).is_accepted = rng.random() < 0.6
    return talk


def _deck(sentences: list[str], rng: Random) -> Iterator[str]:
    """Every sentence once, in any order, then all over again: a talk repeats itself as late as it can."""
    while True:
        yield from rng.sample(sentences, len(sentences))


def _writer(lang: str, writers: dict[str, list[Person]], rng: Random) -> Person:
    people = writers[lang]
    return people[min(int(rng.paretovariate(0.7)) - 1, rng.randrange(len(people)))]


def _opening(phrases: dict[str, Any], sentences: Iterator[str], until: datetime, rng: Random) -> str:
    parts = [rng.choice(phrases["greetings"]), *(_paragraph(sentences, rng) for _ in range(3))]
    if rng.random() < 0.2:
        parts.append("\n".join(f"- {next(sentences)}" for _ in range(3)))
    parts.append(rng.choice(phrases["closings"]))
    return fill("\n\n".join(parts), phrases, until, rng)


def _reply(
    talk: Talk, phrases: dict[str, Any], sentences: Iterator[str], writer: Person, until: datetime, rng: Random
) -> Line:
    parts = [_paragraph(sentences, rng) for _ in range(rng.choice((1, 2, 2, 3, 4)))]
    if rng.random() < 0.2:
        parts.append(rng.choice(phrases["closings"]))
    text = fill("\n\n".join(parts), phrases, until, rng)
    answered = rng.randint(1, len(talk.lines)) if rng.random() < 0.3 else 0
    if answered and rng.random() < 0.4:
        words = talk.lines[answered - 1].text.splitlines()[-1].removeprefix("- ")
        text = f"> [post:#{answered}]\n> {words}\n\n{text}"
    return Line(writer.handle, text, talk.lang, reply_to=answered, reactions=draw_reactions(rng))


def _paragraph(sentences: Iterator[str], rng: Random) -> str:
    return " ".join(next(sentences) for _ in range(rng.randint(2, 5)))


def draw_reactions(rng: Random) -> dict[str, int]:
    if rng.random() < 0.55:
        return {}
    return {code: 1 + int(rng.expovariate(0.9)) for code in rng.sample(REACTION_CODES, rng.randint(1, 2))}


def fill(text: str, phrases: dict[str, Any], until: datetime, rng: Random) -> str:
    """Put names and numbers into the gaps of a text, the same place name throughout."""
    return text.format(
        place=rng.choice(phrases["places"]),
        town=rng.choice(phrases["towns"]),
        n=rng.randint(3, 40),
        year=until.year - rng.randint(1, 12),
    )
