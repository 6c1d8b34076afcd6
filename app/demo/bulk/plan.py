"""Who speaks where and when in a large set: a few numbers for each post, kept in arrays."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from app.demo.people import LANGUAGE_MIX, Person, generated_people
from app.demo.phrases import draw_sizes, fill
from app.demo.reading import read_phrases
from app.demo.scales import Volume
from app.demo.talks import moments

SESSION_MINUTES = 90


@dataclass(slots=True)
class Outline:
    """A topic to be, without its texts."""

    lang: str
    theme: int
    category: str
    title: str
    kind: str
    tags: list[str]
    places: range
    """Its posts in the arrays of the plan."""

    @property
    def is_session(self) -> bool:
        """Whether it was a live session."""
        return self.kind == "live_session"


@dataclass
class Plan:
    """The topics by the time of their first post, and of each post, topic by topic: when, and by which member."""

    people: list[Person]
    outlines: list[Outline] = field(default_factory=list)
    at: array[int] = field(default_factory=lambda: array("q"))
    """Seconds since 1970."""
    author: array[int] = field(default_factory=lambda: array("I"))
    """Places in `people`, who stand in the order in which they joined."""
    topic: array[int] = field(default_factory=lambda: array("I"))
    """Places in `outlines`."""

    def in_time(self) -> array[int]:
        """The places of all posts in the order in which they were written; ids follow it."""
        return array("I", sorted(range(len(self.at)), key=self.at.__getitem__))

    def moment(self, place: int) -> datetime:
        """When a post was written."""
        return datetime.fromtimestamp(self.at[place], UTC)


def make_plan(volume: Volume, until: datetime, rng: Random) -> Plan:
    """Draw a plan: the same volume, moment and numbers give the same one."""
    until = until.replace(microsecond=0)
    plan = Plan(generated_people(volume.members, rng))
    writers: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(plan.people):
        writers[person.langs[0]].append(place)
    for days, size, lang, is_session in _draw(volume, rng):
        times = _session_times(size, days, until, rng) if is_session else moments(size, days, until, rng)
        plan.outlines.append(_outline(lang, is_session, range(len(plan.at), len(plan.at) + size), until, rng))
        for at in times:
            plan.at.append(int(at.timestamp()))
            plan.author.append(_writer(writers[lang], rng))
            plan.topic.append(len(plan.outlines) - 1)
    _join(plan, volume, until, rng)
    return plan


def _draw(volume: Volume, rng: Random) -> list[tuple[float, int, str, bool]]:
    """How many days ago each topic was opened, the oldest first; its posts, its language, whether it was a session."""
    langs = rng.choices(list(LANGUAGE_MIX), list(LANGUAGE_MIX.values()), k=volume.topics)
    sizes = draw_sizes(volume.topics, volume.posts, rng)
    sessions = (
        set(sorted(range(volume.topics), key=sizes.__getitem__)[-volume.sessions :]) if volume.sessions else set()
    )
    days = [max(0.1, volume.days * rng.random() ** 1.3) for _ in sizes]
    drawn = [
        (max(days[place], 1.0) if place in sessions else days[place], sizes[place], langs[place], place in sessions)
        for place in range(volume.topics)
    ]
    return sorted(drawn, reverse=True)


def _outline(lang: str, is_session: bool, places: range, until: datetime, rng: Random) -> Outline:
    phrases = read_phrases(lang)
    theme = rng.randrange(len(phrases["theme"]))
    said = phrases["theme"][theme]
    kind = "question" if rng.random() < 0.25 else "discussion"
    return Outline(
        lang=lang,
        theme=theme,
        category=rng.choice(said["categories"]),
        title=fill(rng.choice(said["titles"]), phrases, until, rng),
        kind="live_session" if is_session else kind,
        tags=rng.sample(said["tags"], rng.randint(0, len(said["tags"]))),
        places=places,
    )


def _session_times(size: int, days: float, until: datetime, rng: Random) -> list[datetime]:
    """The first post announces the session; the others were said within it."""
    begins = until - timedelta(days=days / 2)
    said = sorted(rng.uniform(0, SESSION_MINUTES * 60) for _ in range(size - 1))
    return [until - timedelta(days=days), *(begins + timedelta(seconds=int(one)) for one in said)]


def _writer(writers: list[int], rng: Random) -> int:
    """A few write a lot, many a little: one in a hundred writes a fifth of everything."""
    return writers[int(len(writers) * rng.random() ** 3)]


def _join(plan: Plan, volume: Volume, until: datetime, rng: Random) -> None:
    """Everyone joined before their first post, readers at any time; members stand in the order in which they joined."""
    first: dict[int, int] = {}
    for author, at in zip(plan.author, plan.at, strict=True):
        first[author] = min(first.get(author, at), at)
    for place, person in enumerate(plan.people):
        if place in first:
            written = datetime.fromtimestamp(first[place], UTC)
            person.joined = written - timedelta(minutes=rng.randint(60, 14_400))
        else:
            person.joined = until - timedelta(minutes=rng.randint(60, volume.days * 1_440))
    order = sorted(range(len(plan.people)), key=lambda place: plan.people[place].joined)
    moved = array("I", bytes(4 * len(order)))
    for new, old in enumerate(order):
        moved[old] = new
    plan.people = [plan.people[old] for old in order]
    plan.author = array("I", (moved[author] for author in plan.author))
