"""Pages of reports, decisions and appeals, on the demonstration set."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.forum.models import Post, Topic
from app.moderation.keys import key_of
from app.moderation.models import Appeal, Decision, Report
from tests.support.moderation import decided, reported

NO_PAGES = {
    "moderation.show_statement": "answers scripts",
    "moderation.download_figures": "a file",
    "moderation.download_dictionary": "a file",
}


def moderation_pages(page: type[Any], topic: Topic, member: str, administrator: str) -> list[Any]:
    """A report in each state, decisions about the member, an appeal open and decided."""
    author = db.session.scalars(select(User).where(User.handle == member)).unique().one()
    staff = db.session.scalars(select(User).where(User.handle == "staff-region")).unique().one()
    posts = select(Post).where(Post.topic_id == topic.id, Post.state == "visible").order_by(Post.number)
    own, other = (
        db.session.scalars(posts.where(condition)).first()
        for condition in (Post.author_id == author.id, Post.author_id != author.id)
    )
    assert own
    assert other
    reported(staff, own, "harassment", "Regardez ce message.")
    sent = reported(author, other, "other", "Je ne sais pas quoi en penser.")
    decision = decided(staff, topic, "warn", "off_topic")
    appeal = db.session.scalars(select(Appeal).where(Appeal.state == "open")).first()
    assert appeal
    return [
        page("moderation.report_subject", f"/report/post/{own.public_id}"),
        page("moderation.report_subject", f"/report/member/{author.public_id}", administrator),
        page("moderation.show_report", f"/reports/{sent.public_id}?key={key_of(sent)}"),
        page("moderation.list_reports", "/account/reports", member),
        page("moderation.list_reports", "/account/reports", administrator),
        page("moderation.list_decisions", "/account/decisions", member),
        page("moderation.list_decisions", "/account/decisions", administrator),
        page("moderation.show_decision", f"/decisions/{decision.public_id}", member),
        page("moderation.show_decision", f"/decisions/{appeal.decision.public_id}?key={key_of(appeal.decision)}"),
        page("moderation.show_queue", "/moderation", administrator),
        page("moderation.show_queue", "/moderation?reason=copyright", administrator),
        page("moderation.show_case", f"/moderation/subjects/post/{own.public_id}", administrator),
        page("moderation.show_case", f"/moderation/subjects/member/{author.public_id}", administrator),
        page("moderation.list_appeals", "/moderation/appeals", administrator),
        page("moderation.list_appeals", "/moderation/appeals?state=decided", administrator),
        page("moderation.show_appeal", f"/moderation/appeals/{appeal.public_id}", administrator),
        page("moderation.edit_texts", "/moderation/texts?said_in=ar", administrator),
        page("moderation.show_figures", "/transparency"),
    ]


def letters() -> list[tuple[str, dict[str, Any]]]:
    """Every mail of the room with what it is given, after `moderation_pages`."""
    report = db.session.scalars(select(Report)).first()
    appeal = db.session.scalars(select(Appeal)).first()
    assert report
    assert appeal
    decision: Decision = appeal.decision
    said = {"report": report, "decision": decision, "appeal": appeal, "member": decision.member, "link": "https://x/"}
    names = ("receipt", "outcome", "statement", "appeal_decided")
    return [(f"moderation/{name}", said | {"subject_title": "Un sujet"}) for name in names]
