"""The subject registry: everything members can find, follow, react to, discuss or report is a subject of some kind.

A room declares its kinds once, in its `subjects.py`; search, live, engagement and moderation read the registry and know
no room. A room records the generic events below beside its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.errors import NotFound
from app.core.events import Event
from app.core.oversight import Oversight
from app.core.policy import Actor, Ruling


@dataclass(frozen=True)
class SubjectEvent(Event):
    """Parent of the generic events."""

    kind: str
    id: int

    @property
    def room(self) -> str | None:
        """The room of the subject itself, where readers of its page are shown its new fragment."""
        declared = _kinds.get(self.kind)
        return f"{self.kind}:{self.id}" if declared and declared.has_room and declared.fragment else None


@dataclass(frozen=True)
class SubjectPublished(SubjectEvent):
    """A subject may be read for the first time."""


@dataclass(frozen=True)
class SubjectChanged(SubjectEvent):
    """What a reader sees of a subject changed."""


@dataclass(frozen=True)
class SubjectRenamed(SubjectEvent):
    """What a subject is called, or filed under, changed: what is found by that name too is found by the new one.

    Recorded beside `SubjectChanged`, which tells readers: nothing else looks different.
    """

    @property
    def room(self) -> str | None:
        """Nobody is told."""
        return None


@dataclass(frozen=True)
class SubjectHidden(SubjectEvent):
    """A subject is no longer shown to its readers."""


@dataclass(frozen=True)
class SubjectRemoved(SubjectEvent):
    """A subject is gone for good."""


EVERY_SPACE = "space:*"
"""Borne by those who see into every space, and by whatever is kept to one."""


@dataclass(frozen=True)
class SearchDocument:
    """What the index keeps of a subject. `visibility` names who may find it: "public", "members" or "space:<id>"."""

    kind: str
    id: int
    lang: str
    title: str
    body: str
    author_id: int | None
    space_id: int | None
    date: datetime
    visibility: tuple[str, ...]
    revision: int
    tags: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    """Language and words by which it is found besides its own text, such as its themes in other languages."""
    about: tuple[tuple[str, str], ...] = ()
    """Language and words of what it is a part of, shown with it: the title of a reply's topic. It is found by them
    too, though less than by its own."""
    active: datetime | None = None
    """Its last activity, where that is later than its date."""
    marks: tuple[str, ...] = ()
    """Its states, as one asks for them: open, closed, solved, unanswered, pinned, wiki, live, archived ..."""


@dataclass(frozen=True)
class Link:
    """How a subject is named and reached: address in the reader's interface language, title, language of the title."""

    url: str
    title: str
    lang: str
    detail: str = ""


@dataclass(frozen=True)
class SubjectKind:
    """What a room declares of one kind of thing. Functions that a kind does not need stay None."""

    name: str
    label: Any
    """Plural name shown in filters, lazily translated."""
    load: Callable[[Collection[int]], Mapping[int, Any]]
    """Rows by id; ids that do not exist are absent."""
    visible_to: Callable[[Actor, Collection[int]], set[int]]
    """Which of these ids the actor may see now, asked of the database."""
    link: Callable[[Any], Link]
    named: Callable[[Collection[int]], Mapping[int, Any]] | None = None
    """The same rows as narrow as `link` needs them, read where many are only named."""
    label_of_one: Any = ""
    """What one of them is called, lazily translated; the plural name is shown where it is empty."""
    owner_id: Callable[[Any], int | None] = lambda _row: None
    by_public_id: Callable[[str], Any | None] | None = None
    search_document: Callable[[int], SearchDocument | None] | None = None
    """The document to index now, or None when the subject must not be found."""
    search_documents: Callable[[Collection[int]], Mapping[int, SearchDocument]] | None = None
    """The same for many at once, where the room can read them together; ids that must not be found are absent."""
    ids: Callable[[int, int], Sequence[int]] | None = None
    """Ids above the first number, ascending, at most the second many: how a rebuild of the index finds everything.
    Needed wherever there is a search document."""
    indexed_with: Callable[[Collection[int]], Mapping[str, Collection[int]]] | None = None
    """Ids by kind of the other subjects whose search documents change with these: a topic's with its posts."""
    found_by_name: Callable[[Collection[int]], Mapping[str, Collection[int]]] | None = None
    """Ids by kind of the other subjects that are found by the names and tags of these: the replies of a topic."""
    part_of: Callable[[Collection[int]], Mapping[int, tuple[str, int]]] | None = None
    """Kind and id of what each of these is a part of, where that is found by itself: the topic of a reply."""
    fragment: Callable[[Any, str], str] | None = None
    """HTML of the subject in an interface language, the same for all its readers."""
    has_room: bool = False
    """Whether readers of its page follow it live, in the room `<name>:<id>`."""
    is_discussable: bool = False
    """Whether the forum opens a linked topic for each when it is published."""
    discussion_category: str = ""
    """Slug of the category those topics are filed in; the first open one when empty."""
    discussion_lang: Callable[[Any], str] = lambda _row: "fr"
    room_of: Callable[[Any], str | None] | None = None
    """The live room whose readers see the subject, where it is not a room of its own: a post is seen in its topic's."""
    is_open: Callable[[Any], bool] = lambda _row: True
    """Whether members may react to it now; what is hidden or withdrawn is at most read by those who may."""
    may_edit: Callable[[Actor, Any], Ruling] | None = None
    """Whether the actor may set its tags and files; by default its owner and staff."""
    audiences: Callable[[Actor], Collection[str]] | None = None
    """Where texts are kept to subjects of this kind: tokens of `SearchDocument.visibility` that the actor bears now."""
    length: Callable[[Any], int] | None = None
    """The number of its last part, for a subject that grows: nobody has read further."""
    oversight: Oversight | None = None
    """How order is kept in it; only what has this can be reported, and decided upon."""


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> SubjectKind:
    """Add a kind; a second declaration under the same name replaces the first (applications made twice in tests)."""
    _kinds[kind.name] = kind
    return kind


def unregister(name: str) -> None:
    """Forget a kind."""
    _kinds.pop(name, None)


def kinds() -> list[SubjectKind]:
    """Every kind, in the order of declaration."""
    return list(_kinds.values())


def kind(name: str) -> SubjectKind:
    """The kind of that name. Raises NotFound."""
    try:
        return _kinds[name]
    except KeyError:
        raise NotFound from None


def links_of(declared: SubjectKind, ids: Collection[int]) -> dict[int, Link]:
    """How many subjects of a kind are named and reached, by id; ids that do not exist are absent."""
    return {subject_id: declared.link(row) for subject_id, row in named(declared, ids).items()}


def named(declared: SubjectKind, ids: Collection[int]) -> Mapping[int, Any]:
    """Rows by id of what is only named: those that the kind reads for it, or else whole ones."""
    return (declared.named or declared.load)(ids) if ids else {}


def get_subject(actor: Actor, kind_name: str, subject_id: int) -> Any:
    """A subject the actor may see. Raises NotFound for what does not exist and for what may not be known alike."""
    declared = kind(kind_name)
    if subject_id not in declared.visible_to(actor, [subject_id]):
        raise NotFound
    return declared.load([subject_id])[subject_id]


def _act_at_once(actor: Actor, kind_name: str, subject_id: int, act: str, reason: str) -> None:
    """A decision where no room of decisions is: the act alone. Raises NotFound."""
    declared = kind(kind_name)
    if declared.oversight is None or declared.oversight.acts is None or act not in declared.oversight.acts:
        raise NotFound
    declared.oversight.acts[act](actor, declared.load([subject_id])[subject_id], reason)


@dataclass
class Ports:
    """Services that a room offers to its siblings through the kernel; filled at start-up by the room that has them."""

    discussion_of: Callable[[str, int], Link | None] = field(default=lambda _kind, _id: None)
    """The topic that discusses a subject."""
    similar_topics: Callable[[Actor, str, int], Sequence[int]] = field(default=lambda _actor, _title, _limit: ())
    """Ids of at most so many topics like one of that title, which the actor may find; the search fills it."""
    topics_like: Callable[[Actor, int, str, str, int], Sequence[int]] = field(
        default=lambda _actor, _id, _words, _lang, _limit: ()
    )
    """Ids of at most so many other topics that say what these words of a topic, in their language, say."""
    decide: Callable[[Actor, str, int, str, str], Any] = field(default=_act_at_once)
    """Decide on a subject (actor, kind, id, an act of `oversight.ACTS`, why) with all that goes with a decision."""


ports = Ports()
