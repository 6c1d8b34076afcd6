"""Files of a message, from the composer to its readers, with and without a script."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core import options
from app.core.db import db
from app.core.events import unit_of_work
from app.core.files import file_store
from app.core.live import message_for
from app.engagement.models import SHELF, Attachment
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.events import PostEdited
from app.forum.models import Category, Post, Topic
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.files import on_shelf, picture
from tests.support.forum import hidden, opened
from tests.support.pages import JSON, errors_of, fields_of, page_of, said, send, writing_form

ALT = "Une plage au lever du jour"


@pytest.fixture
def member(actor: User, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of a plain member."""
    return sign_in(client, actor)


@pytest.fixture
def category(app) -> Category:
    return CategoryFactory()


@pytest.fixture
def topic(actor: User, category: Category) -> Topic:
    return opened(actor, category)


def upload(content: bytes, name: str) -> tuple[BytesIO, str]:
    return (BytesIO(content), name)


def post_form(client: FlaskClient, url: str, **changes: Any):
    opened_page = client.get(url)
    data: dict[str, Any] = {"lang": "fr", **fields_of(opened_page), **changes}
    data.pop("upload", None) if not changes.get("upload") else None
    return client.post(url, data=data, content_type="multipart/form-data")


def names_in(answer, name: str) -> list[str]:
    """Values of the fields of that name in the writing form."""
    return [one.get("value", "") for one in writing_form(answer).iter("input") if one.get("name") == name]


def own_files() -> list[Attachment]:
    return list(
        db.session.scalars(select(Attachment).order_by(Attachment.id).execution_options(populate_existing=True))
    )


def test_a_file_without_a_script_waits_for_its_words(member, topic):
    url = f"/en/topics/{topic.public_id}/reply"
    answer = post_form(member, url, body="Voici.", upload=upload(picture(size=(600, 300)), "plage.png"))
    assert answer.status_code == 422
    assert any("Describe each image" in words for words in errors_of(answer))
    (public_id,) = names_in(answer, "files")
    sent = fields_of(answer)
    assert sent["body"] == "Voici."
    sent.pop("upload", None)
    done = member.post(url, data=sent | {f"alt-{public_id}": ALT})
    assert done.status_code == 303
    (file,) = own_files()
    assert (file.subject_kind, file.alt_text, file.public_id) == ("post", ALT, public_id)
    page = member.get(done.location, follow_redirects=True)
    (image,) = [one for one in page_of(page).iter("img") if one.get("alt") == ALT]
    assert (image.get("loading"), image.get("width"), image.get("height")) == ("lazy", "600", "300")
    assert f"/files/{public_id}/480 480w" in image.get("srcset", "")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"MZ program", "a.png", "a.png: This kind of file is not taken here"),
        (b"", "empty.pdf", "empty.pdf: This file is empty."),
        (b"\x89PNG\r\n\x1a\n broken", "b.png", "b.png: This image cannot be read."),
    ],
)
def test_what_is_not_taken_is_said_beside_the_field_and_nothing_is_lost(member, topic, content, name, reason):
    url = f"/en/topics/{topic.public_id}/reply"
    answer = post_form(member, url, body="Voici.", upload=upload(content, name))
    assert answer.status_code == 422
    assert any(reason in words for words in errors_of(answer))
    assert fields_of(answer)["body"] == "Voici."
    assert own_files() == []


def test_words_too_long_and_too_many_files_are_refused(member, actor, topic, settings):
    store = file_store(settings)
    url = f"/en/topics/{topic.public_id}/reply"
    image = on_shelf(actor, store, picture())
    papers = [on_shelf(actor, store, b"%PDF-" + bytes([48 + n]), "a.pdf") for n in range(6)]
    answer = post_form(member, url, body="x", files=image.public_id, **{f"alt-{image.public_id}": "x" * 301})
    assert any("300 characters" in words for words in errors_of(answer))
    answer = post_form(member, url, body="x", files=[paper.public_id for paper in papers])
    assert any("At most five files" in words for words in errors_of(answer))
    assert {file.subject_kind for file in own_files()} == {SHELF}


def test_a_preview_keeps_the_files_and_shows_those_that_are_placed(member, actor, topic, settings):
    image = on_shelf(actor, file_store(settings), picture())
    body = f"Regardez : ![la plage](file:{image.public_id})"
    url = f"/en/topics/{topic.public_id}/reply"
    answer = post_form(member, url, body=body, files=image.public_id, preview="1")
    assert answer.status_code == 200
    assert names_in(answer, "files") == [image.public_id]
    shown = [one for one in page_of(answer).iter("img") if one.get("alt") == "la plage"]
    assert shown


def test_a_file_is_taken_off_and_a_file_sent_with_the_save_button_is_shown_first(member, actor, topic, settings):
    paper = on_shelf(actor, file_store(settings), b"%PDF-1", "a.pdf")
    url = f"/en/topics/{topic.public_id}/reply"
    answer = post_form(member, url, body="Voici.", files=paper.public_id, drop_file=paper.public_id)
    assert (answer.status_code, names_in(answer, "files")) == (200, [])
    answer = post_form(member, url, body="Voici.", keep="1", upload=upload(b"%PDF-2", "b.pdf"))
    assert (answer.status_code, len(names_in(answer, "files"))) == (200, 1)


def test_a_new_topic_and_an_edit_carry_files(member, actor, category, settings):
    store = file_store(settings)
    paper = on_shelf(actor, store, b"%PDF-1", "ordre du jour.pdf")
    url = f"/en/categories/{category.slug}/new-topic"
    done = send(member, url, title="Un ordre du jour", body="Le voici.", files=paper.public_id)
    assert done.status_code == 303
    post = db.session.scalars(select(Post)).one()
    assert post.file_count == 1
    page = member.get(done.location, follow_redirects=True)
    assert "ordre du jour.pdf" in said(page)
    assert "PDF, 1 kB" in said(page)
    edit = f"/en/posts/{post.public_id}/edit"
    opened_page = member.get(edit)
    assert names_in(opened_page, "files") == [paper.public_id]
    second = on_shelf(actor, store, b"%PDF-2", "b.pdf")
    before = post.version
    assert send(member, edit, files=second.public_id).status_code == 303
    db.session.refresh(post)
    assert (post.file_count, post.version > before, post.edits) == (1, True, 0)
    assert [file.name for file in own_files() if file.subject_kind == "post"] == ["b.pdf"]
    sent = fields_of(member.get(edit))
    sent.pop("files_shown")
    sent.pop("files")
    assert member.post(edit, data=sent | {"body": "Le voilà."}).status_code == 303
    db.session.refresh(post)
    assert (post.file_count, post.body) == (1, "Le voilà."), "a form that shows no files changes none"


def test_only_the_files_of_the_post_are_shown_in_it(member, actor, topic, settings):
    store = file_store(settings)
    own, other = on_shelf(actor, store, picture()), on_shelf(actor, store, picture(colour="red"))
    body = f"![ici](file:{own.public_id}) et ![là](file:{other.public_id})"
    url = f"/en/topics/{topic.public_id}/reply"
    send(member, url, body=body, files=own.public_id, **{f"alt-{own.public_id}": ALT})
    page = member.get(f"/en/topics/{topic.public_id}/un-sujet")
    assert own.public_id in page.text
    assert other.public_id not in page.text
    assert [one.get("alt") for one in page_of(page).iter("img") if "/files/" in one.get("src", "")] == ["ici"]


def test_files_go_where_their_post_goes(member, actor, topic, client, settings, app):
    paper = on_shelf(actor, file_store(settings), b"%PDF-1", "a.pdf")
    url = f"/en/topics/{topic.public_id}/reply"
    send(member, url, body="Voici.", files=paper.public_id)
    address, visitor = f"/files/{paper.public_id}", app.test_client()
    assert visitor.get(address, buffered=True).status_code == 200
    with unit_of_work():
        topic.category.space = SpaceFactory(visibility="staff")
    assert member.get(address).status_code == 404
    with unit_of_work():
        topic.category.space = SpaceFactory()
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    hidden(UserFactory(role="moderator"), post)
    assert visitor.get(address).status_code == member.get(address).status_code == 404


def test_the_fragment_with_files_is_the_same_for_all_and_live(member, actor, topic, settings, app):
    image = on_shelf(actor, file_store(settings), picture())
    send(
        member,
        f"/en/topics/{topic.public_id}/reply",
        body="x",
        files=image.public_id,
        **{f"alt-{image.public_id}": ALT},
    )
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    with app.test_request_context("/en/"):
        message = message_for(PostEdited(topic.id, post.id), "en")
    assert message is not None
    live = message.data["posts"][0]["html"]
    assert ALT in live
    for reader in (member, app.test_client()):
        assert live in reader.get(f"/en/topics/{topic.public_id}/un-sujet").text


def test_the_script_sends_a_file_alone(member, app, actor, topic):
    page = member.get(f"/en/topics/{topic.public_id}/reply")
    token = fields_of(page)["csrf_token"]
    data = {"csrf_token": token, "upload": upload(picture(), "plage.png")}
    answer = member.post("/en/compose/files", data=data, headers=JSON, content_type="multipart/form-data")
    assert answer.status_code == 201
    assert answer.json["name"] == "plage.png"
    assert f'name="alt-{answer.json["id"]}"' in answer.json["html"]
    for content, status in ((b"MZ", 422), (b"", 422)):
        data = {"csrf_token": token, "upload": upload(content, "a.exe")}
        bad = member.post("/en/compose/files", data=data, headers=JSON, content_type="multipart/form-data")
        assert (bad.status_code, bool(bad.json["error"]["reason"])) == (status, True)
    assert member.post("/en/compose/files", data={"csrf_token": token}, headers=JSON).status_code == 422
    with unit_of_work():
        options.change(None, "engagement.daily_megabytes", 0)
    data = {"csrf_token": token, "upload": upload(picture(colour="red"), "b.png")}
    assert (
        member.post("/en/compose/files", data=data, headers=JSON, content_type="multipart/form-data").status_code == 429
    )
    drop = f"/en/compose/files/{answer.json['id']}/drop"
    assert member.post(drop, data={"csrf_token": token}).status_code == 204
    assert member.post(drop, data={"csrf_token": token}).status_code == 404
    assert app.test_client().post("/en/compose/files", headers=JSON).status_code in {400, 401}


def test_files_are_counted_by_trust(make_app, sign_in, settings):
    app = make_app(rate_limits=True)
    with app.app_context():
        newcomer = UserFactory()
        topic = opened(newcomer, CategoryFactory())
        browser = sign_in(app.test_client(), newcomer)
        token = fields_of(browser.get(f"/en/topics/{topic.public_id}/reply"))["csrf_token"]
        statuses = [
            browser.post(
                "/en/compose/files",
                data={"csrf_token": token, "upload": upload(b"%PDF-" + bytes([48 + n]), "a.pdf")},
                headers=JSON,
                content_type="multipart/form-data",
            ).status_code
            for n in range(11)
        ]
        assert statuses == [201] * 10 + [429]


def test_a_waiting_message_shows_its_file_to_nobody_else(actor, category, settings, app, sign_in):
    paper = on_shelf(actor, file_store(settings), b"%PDF-1", "a.pdf")
    with unit_of_work():
        category.space.premoderation = "all"
    from dataclasses import replace

    from app.forum.composing.extras import Extras
    from app.forum.drafts import TopicDraft

    draft = replace(draft_post("Bonjour.", "fr", "waits"), extras=Extras({paper.public_id: ""}))
    with unit_of_work():
        topic = services.open_topic(actor, category, TopicDraft("Un sujet", "discussion", (), draft))
    if topic.state == "pending":
        address = f"/files/{paper.public_id}"
        assert app.test_client().get(address).status_code == 404
        assert sign_in(app.test_client(), UserFactory()).get(address).status_code == 404
    assert own_files()[0].subject_kind == "post"
