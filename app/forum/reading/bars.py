"""The bar under each post: what this reader may do there. Kept apart from the fragment, which is the same for all."""

from __future__ import annotations

import re
from typing import NamedTuple, cast

from flask import current_app, url_for
from markupsafe import Markup

from app.core.cache import FragmentCache
from app.core.policy import Actor
from app.engagement.models import REACTIONS
from app.engagement.queries import Engagement
from app.forum import policy
from app.forum.models import Post, Topic
from app.forum.reading.thread import PostHead

_cache = FragmentCache(8_000_000)
_ID, _TOPIC = "01j0000000000000000000000", "01j0000000000000000000001"
"""Stand for the public ids of a post and its topic while a bar is rendered once for all posts alike."""
_COUNT = {code: chr(0xE010 + place) for place, code in enumerate(REACTIONS)}
"""Stand for the numbers of reactions, as signs that no text of the interface contains."""
_MARK = re.compile("|".join((_ID, _TOPIC, *_COUNT.values())))

DECISIONS = {"visible": "hide", "hidden_by_moderator": "restore"}
"""What a moderator may decide of a post, by its state."""


class Bar(NamedTuple):
    """What a bar shows: a key that two posts never share and two readers with the same rights do."""

    topic: str
    """Public id of the topic."""
    public_id: str
    number: int
    is_shown: bool = True
    """Whether the post is visible: others take no reactions."""
    counts: tuple[tuple[str, int], ...] = ()
    own: frozenset[str] = frozenset()
    reacts: bool = False
    replies: bool = False
    edits: bool = False
    withdraws: bool = False
    accepts: str = ""
    """ "accept", "withdraw" the acceptance, or nothing."""
    moderates: str = ""
    """ "hide", "restore" or nothing."""
    reports: bool = False
    """Whether there is a way to say what is wrong with it: for everyone but its author."""
    marks: str = ""
    """For who leads a live session: "mark" for its recap, "unmark", or nothing."""
    bookmark: str = ""
    """For members: "add" one, "kept" where there is one, or nothing."""
    wiki: str = ""
    """For moderators: "make" it one, "end" that, or nothing; authors do so where they edit."""


class Asked(NamedTuple):
    """What policies ask of a post."""

    author_id: int | None
    state: str
    number: int | None
    topic: Topic
    is_wiki: bool = False


class Allowed(NamedTuple):
    """What policies answer of a post."""

    edits: bool
    withdraws: bool
    accepts: bool
    makes_wiki: bool


class Rights:
    """What one reader may do with the posts of a topic."""

    def __init__(self, actor: Actor, topic: Topic) -> None:
        self.actor, self.topic = actor, topic
        self.replies = bool(policy.can_reply(actor, topic))
        self.moderates = bool(policy.can_moderate(actor, topic))
        self.may_edit_topic = bool(policy.can_edit_topic(actor, topic))
        self._allowed: dict[tuple[bool, str, bool, bool], Allowed] = {}
        self.marked: frozenset[int] | None = None
        """Messages marked for the recap of a live session, for who may mark them."""

    def bar(self, head: PostHead, engagement: Engagement) -> Bar:
        """The bar of a post."""
        is_shown, is_own = head.state == "visible", head.author_id == self.actor.actor_id and not self.actor.is_visitor
        allowed = self._allowed_of(is_own, head)
        accepted = self.topic.accepted_post_id == head.id
        return Bar(
            topic=self.topic.public_id,
            public_id=head.public_id,
            number=head.number or 0,
            is_shown=is_shown,
            counts=tuple(sorted(engagement.counts.get(head.id, {}).items())) if is_shown else (),
            own=frozenset(engagement.own.get(head.id, ())),
            reacts=is_shown and not self.actor.is_visitor,
            replies=is_shown and self.replies,
            bookmark=self._bookmark(head.id, engagement) if is_shown else "",
            edits=allowed.edits,
            withdraws=allowed.withdraws,
            accepts=("withdraw" if accepted else "accept") if allowed.accepts else "",
            moderates=DECISIONS.get(head.state, "") if self.moderates and not is_own else "",
            reports=is_shown and not is_own,
            marks=self._marks(head.id) if is_shown else "",
            wiki=("end" if head.is_wiki else "make") if self.moderates and allowed.makes_wiki else "",
        )

    def _allowed_of(self, is_own: bool, head: PostHead) -> Allowed:
        """What policies say of a post, asked once of all that are alike: they ask whose it is, in which state, whether
        it opens the topic, and whether it is a wiki."""
        key = (is_own, head.state, head.number == 1, head.is_wiki)
        if key not in self._allowed:
            post = cast(Post, Asked(head.author_id, head.state, head.number, self.topic, head.is_wiki))
            rules = (policy.can_edit_post, policy.can_withdraw_post, policy.can_accept_answer, policy.can_make_wiki)
            self._allowed[key] = Allowed._make(bool(rule(self.actor, post)) for rule in rules)
        return self._allowed[key]

    def _bookmark(self, post_id: int, engagement: Engagement) -> str:
        if self.actor.is_visitor:
            return ""
        return "kept" if ("post", post_id) in engagement.bookmarked else "add"

    def _marks(self, post_id: int) -> str:
        if self.marked is None:
            return ""
        return "unmark" if post_id in self.marked else "mark"


def render_bar(bar: Bar, lang: str) -> Markup:
    """The HTML of a bar; empty where nothing can be shown or done."""
    if not (bar.is_shown or bar.moderates):
        return Markup()
    codes = tuple((code, 0) for code, _number in bar.counts)
    pattern = _pattern(bar._replace(topic=_TOPIC, public_id=_ID, number=0, counts=codes), lang)
    values = {_ID: bar.public_id, _TOPIC: bar.topic} | {
        _COUNT.get(code, code): str(number) for code, number in bar.counts
    }
    return Markup(_MARK.sub(lambda mark: values[mark[0]], pattern))  # noqa: S704 - rendered by a template


def _pattern(bar: Bar, lang: str) -> str:
    """A bar for any post: most posts differ by nothing else."""
    kept = _cache.get((bar, lang))
    if kept is None:
        template = current_app.jinja_env.get_template("forum/_post_bar.html")
        counts = {code: _COUNT.get(code, code) for code, _number in bar.counts}
        html = template.render(bar=bar, counts=counts, codes=REACTIONS, urls=_urls())
        kept = _cache.put((bar, lang), html)
    return kept


def pattern_bars(rights: Rights, lang: str) -> dict[str, Markup]:
    """Bars for posts that arrive live, by the id of their template: `{id}` and `{number}` stand for the post's."""
    topic = rights.topic
    is_asker = topic.kind == "question" and (rights.moderates or topic.author_id == rights.actor.actor_id)
    other = Bar(
        topic=topic.public_id,
        public_id="{id}",
        number=0,
        reacts=not rights.actor.is_visitor,
        replies=rights.replies,
        bookmark="" if rights.actor.is_visitor else "add",
        accepts="accept" if is_asker and not rights.actor.is_visitor else "",
        moderates="hide" if rights.moderates else "",
        marks="" if rights.marked is None else "mark",
        reports=True,
    )
    bars = {"post-bar": other}
    if not rights.actor.is_visitor:
        bars["post-bar-own"] = other._replace(edits=rights.replies, withdraws=True, moderates="", reports=False)
    return {name: render_bar(bar, lang) for name, bar in bars.items()}


def _urls() -> dict[str, str]:
    names = (
        "show_post",
        "edit_post",
        "withdraw_post",
        "accept_answer",
        "moderate_post",
        "set_wiki",
        "mark_post",
        "show_history",
    )
    urls = {name: url_for(f"forum.{name}", public_id=_ID) for name in names}
    urls["bookmark"] = url_for("engagement.bookmark", kind="post", id=_ID)
    urls["react"] = url_for("engagement.react", kind="post", id=_ID)
    for name in ("report_subject", "show_case"):
        urls[name] = url_for(f"moderation.{name}", kind_name="post", public_id=_ID)
    return urls | {"reply": url_for("forum.reply", public_id=_TOPIC)}


def clear() -> None:
    """Forget every bar."""
    _cache.clear()
