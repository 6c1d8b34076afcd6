"""What the forum does when something happens in other rooms."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select, update

from app.accounts.events import MemberChanged, RightsChanged
from app.accounts.models import User
from app.core.consumers import listen
from app.core.db import db
from app.core.events import record
from app.core.i18n import speaking
from app.core.subjects import SubjectChanged, SubjectEvent, SubjectHidden, SubjectPublished, kind
from app.engagement.models import Follow
from app.engagement.services import track_taken_part
from app.forum.drafts import TopicDraft, draft_post
from app.forum.events import PostPublished, TopicRefiled
from app.forum.models import Category, Post, PostMention, PostReference, PostRevision, Space, Topic
from app.forum.services import open_topic


@listen(MemberChanged)
def refresh_cards(event: MemberChanged) -> None:
    """Posts by the member, and posts that name them in a reply or a quotation, show the new name from now on."""
    refresh_posts(event.member_id)
    record(SubjectChanged("member", event.member_id))


@listen(RightsChanged)
def refresh_roles(event: RightsChanged) -> None:
    """The role stands beside the name on every post."""
    refresh_posts(event.member_id)


def refresh_posts(member_id: int) -> None:
    """Posts that show a member's name are made anew."""
    theirs = select(Post.id).where(Post.author_id == member_id)
    naming = select(PostReference.post_id).where(PostReference.target_id.in_(theirs))
    mentioning = select(PostMention.post_id).where(PostMention.user_id == member_id)
    edited = select(PostRevision.post_id).where(PostRevision.editor_id == member_id)
    wikis = and_(Post.is_wiki, Post.id.in_(edited))
    touched = or_(Post.author_id == member_id, Post.id.in_(naming), Post.id.in_(mentioning), wikis)
    # In the order in which other writers take posts, so that two units never wait for each other.
    db.session.execute(select(Post.id).where(touched).order_by(Post.id).with_for_update())
    db.session.execute(
        update(Post).where(touched).values(version=Post.version + 1).execution_options(synchronize_session=False)
    )


@listen(SubjectPublished, when=lambda event: kind(event.kind).is_discussable)
def open_discussion(event: SubjectPublished) -> None:
    """Open the topic that discusses a subject whose kind asks for one; once, however often this is called."""
    declared = kind(event.kind)
    known = select(Topic.id).where(Topic.linked_kind == event.kind, Topic.linked_id == event.id)
    subject = declared.load([event.id]).get(event.id)
    owner = db.session.get(User, declared.owner_id(subject) or 0) if subject is not None else None
    category = _category_for(declared.discussion_category)
    if owner is None or category is None or db.session.scalar(known):
        return
    with speaking(declared.discussion_lang(subject)):
        link = declared.link(subject)
    post = draft_post(f"[{link.title}]({link.url})", link.lang, f"discussion:{event.kind}:{event.id}")
    topic = open_topic(owner, category, TopicDraft(link.title, "discussion", (), post))
    topic.linked_kind, topic.linked_id = event.kind, event.id


def _category_for(slug: str) -> Category | None:
    query = select(Category).join(Category.space).where(Space.visibility == "public", Space.posting == "members")
    if slug:
        query = query.where(Category.slug == slug)
    return db.session.scalars(query.order_by(Space.position, Category.position)).first()


def _is_topic(event: SubjectEvent) -> bool:
    return event.kind == "topic"


@listen(SubjectHidden, when=_is_topic)
def hide_posts_of_topic(event: SubjectHidden) -> None:
    """The posts of a topic that is no longer shown are no longer found either."""
    _tell_posts(event.id, SubjectHidden)


@listen(SubjectPublished, when=_is_topic)
def show_posts_of_topic(event: SubjectPublished) -> None:
    """The posts of a topic that is shown again are found again."""
    _tell_posts(event.id, SubjectChanged)


def _tell_posts(topic_id: int, event: type[SubjectHidden] | type[SubjectChanged]) -> None:
    for post_id in db.session.scalars(select(Post.id).where(Post.topic_id == topic_id, Post.number > 1)):
        record(event("post", post_id))


@listen(TopicRefiled)
def show_topic_elsewhere(event: TopicRefiled) -> None:
    """The posts of a topic that is in another space now are found there."""
    _tell_posts(event.topic_id, SubjectChanged)


def _may_be_new_there(event: PostPublished) -> bool:
    """Asked before a unit is opened: who writes in a topic has mostly written there before."""
    values = {"author": event.author_id, "topic": event.topic_id}
    return bool(event.author_id) and db.session.scalar(_LEVEL_THERE, values) is None


_LEVEL_THERE = select(Follow.level).where(
    Follow.user_id == bindparam("author"), Follow.subject_kind == "topic", Follow.subject_id == bindparam("topic")
)


@listen(PostPublished, when=_may_be_new_there)
def track_what_one_answers(event: PostPublished) -> None:
    """Who writes in a topic tracks it from then on, unless they chose otherwise."""
    track_taken_part(event.author_id, "topic", event.topic_id)
