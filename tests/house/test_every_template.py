"""Every template is used: by a page, a piece of one, a mail, an error or an answer to crawlers."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.config import PROJECT
from app.core import mail
from app.core.db import db
from app.core.live import message_for
from app.forum.drafting.models import Draft
from app.forum.events import TopicChanged, TopicMoved
from app.forum.models import Topic
from app.privacy.exporting import make_due
from tests.house.letters import LETTERS, said_in
from tests.journeys.desk_pages import desk_letters, draw_closed_pages
from tests.journeys.moderation_pages import letters
from tests.journeys.organising_pages import reminders
from tests.journeys.page_types import MEMBER, cookies, find_member, page_types
from tests.journeys.space_pages import space_letters
from tests.journeys.trust_pages import trust_letters
from tests.support.browser import token_of

FOLDER = PROJECT / "templates"


def loaded(app: Flask) -> set[str]:
    """Templates that the application has read since it started."""
    return {str(name) for _loader, name in app.jinja_env.cache}  # type: ignore[union-attr]


def test_every_template_is_rendered(sample: Flask) -> None:
    assert len(loaded(sample)) < 10
    kinds, held = page_types(sample), cookies(sample)
    for lang in ("fr", "ar"):
        for kind in kinds:
            _open(sample, f"/{lang}{kind.address}", held[kind.who], kind.status)
    for address in ("/fr/pulse", "/robots.txt", "/sitemap.xml", "/sitemap-places.xml", "/sitemap-topics-1.xml"):
        _open(sample, address, "", 200)
    for template in LETTERS:
        assert mail.compose("you@example.org", f"accounts/{template}", "fr", **said_in(template)).text
    for template, given in (*letters(), *trust_letters(), *reminders(), *space_letters()):
        assert mail.compose("you@example.org", template, "fr", **given).text
    for template, given in desk_letters():
        assert mail.compose("you@example.org", template, "fr", **given).text
    assert all(draw_closed_pages(sample))
    make_due()
    topic = db.session.scalars(select(Topic).where(Topic.title == "Un sujet qui a tout")).first()
    assert topic
    for address in ("/fr/latest/feed.atom", "/fr/embed/topics", f"/fr/topics/{topic.public_id}/embed"):
        _open(sample, address, "", 200)
    with sample.test_request_context("/fr/"):
        assert message_for(TopicMoved(topic.id, topic.category.space_id), "fr")
        assert message_for(TopicChanged(topic.id), "fr")
    _send_signed_out(sample, topic)
    _keep_in_two_windows(sample, topic, held[MEMBER])
    assert sample.test_client().get("/fr/login/link?id=nobody", follow_redirects=True).status_code == 200

    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert there - loaded(sample) == set()


def _open(app: Flask, address: str, cookie: str, status: int) -> None:
    answer = app.test_client(use_cookies=False).get(address, headers={"Cookie": cookie, "Accept": "text/html"})
    assert answer.status_code == status, address


def _keep_in_two_windows(app: Flask, topic: Topic, cookie: str) -> None:
    """A draft saved by two pages opened before: both texts are shown. One that could not leave is told by mail."""
    client = app.test_client()
    name, _, value = cookie.partition("=")
    client.set_cookie(name, value)
    address = f"/fr/topics/{topic.public_id}/reply"
    form = {"csrf_token": token_of(client.get(address)), "keep": "1", "client_token": "window"}
    answers = [client.post(address, data=form | {"body": body}) for body in ("Un.", "Deux.")]
    assert [answer.status_code for answer in answers] == [303, 409]
    draft = db.session.scalars(select(Draft)).first()
    said = {"user": find_member(MEMBER), "reason": "…", "draft": draft}
    with app.test_request_context("/fr/"):
        assert mail.compose("you@example.org", "forum/not_published", "fr", **said).text


def _send_signed_out(app: Flask, topic: Topic) -> None:
    """A reply sent after the session ended: the text comes back on a page that leads to the sign-in."""
    client = app.test_client()
    token = token_of(client.get("/fr/login"))
    answer = client.post(f"/fr/topics/{topic.public_id}/reply", data={"csrf_token": token, "body": "Un texte."})
    assert answer.status_code == 401
    assert "Un texte." in answer.text
