"""Wiki posts: who makes one, who edits it, and what readers are told."""

from __future__ import annotations

import pytest

from app.accounts.actor import VISITOR
from app.core.errors import NotAllowed
from app.core.events import unit_of_work
from app.forum import policy, services
from app.forum.drafts import draft_post
from app.forum.history import wikis
from app.forum.models import Post
from tests.factories import CategoryFactory, PostFactory, UserFactory
from tests.support.forum import opened
from tests.support.html import Page, words
from tests.support.pages import send

BASIC = 1


@pytest.fixture
def author(app):
    return UserFactory(trust=BASIC)


@pytest.fixture
def post(author) -> Post:
    topic = opened(author, CategoryFactory(), body="Adresses utiles.")
    return topic_post(topic)


def topic_post(topic) -> Post:
    from app.core.db import db

    return db.session.query(Post).filter_by(topic_id=topic.id).one()


def made_wiki(actor, post, is_wiki=True) -> Post:
    with unit_of_work():
        return wikis.set_wiki(actor, post, is_wiki)


@pytest.mark.parametrize("state", ["visible", "hidden_by_moderator"])
def test_who_makes_a_wiki_and_who_edits_it(author, post, state):
    space = post.topic.category.space
    cast = {
        "visitor": VISITOR,
        "newcomer": UserFactory(),
        "member": UserFactory(trust=BASIC),
        "author": author,
        "moderator": UserFactory(role="moderator"),
        "moderator elsewhere": UserFactory(role="moderator", space=CategoryFactory().space, trust=BASIC),
        "own moderator": UserFactory(role="moderator", space=space),
    }
    with unit_of_work():
        post.state = state
    shown = state == "visible"
    makes = {name for name, one in cast.items() if policy.can_make_wiki(one, post)}
    assert makes == ({"author", "moderator", "own moderator"} if shown else set())
    assert {name for name, one in cast.items() if policy.can_edit_post(one, post)} == ({"author"} if shown else set())
    with unit_of_work():
        post.is_wiki = True
    edits = {name for name, one in cast.items() if policy.can_edit_post(one, post)}
    assert edits == (cast.keys() - {"visitor", "newcomer"} if shown else set())
    with unit_of_work():
        post.topic.state = "locked"
    assert not any(policy.can_edit_post(one, post) or policy.can_make_wiki(one, post) for one in cast.values())


def test_a_new_author_is_not_trusted_with_it(app):
    post = PostFactory(author=UserFactory())
    with pytest.raises(NotAllowed):
        made_wiki(post.author, post)


def test_an_edit_by_another_is_a_revision_with_its_editor(author, post, client):
    version = post.version
    assert made_wiki(author, post).version == version + 1
    assert made_wiki(author, post).version == version + 1, "nothing changed"
    address = f"/en/topics/{post.topic.public_id}/un-sujet"
    assert "Wiki: members may edit this message" in client.get(address).text
    editor = UserFactory(display_name="Minh Trần", trust=BASIC)
    with unit_of_work():
        services.edit_post(editor, post, draft_post("Adresses à jour.", "fr", "t"), 0)
    assert post.author_id == author.id
    assert [one.display_name for one in wikis.last_editors([post.id]).values()] == ["Minh Trần"]
    assert "last edited by Minh Trần" in words(Page(client.get(address).text).one("article", id="p1"))
    assert made_wiki(author, post, is_wiki=False).is_wiki is False
    with pytest.raises(NotAllowed), unit_of_work():
        services.edit_post(editor, post, draft_post("Encore.", "fr", "t"), 1)
    assert wikis.last_editors([]) == {}


def test_members_find_the_pencil_and_authors_the_switch(author, post, app, sign_in):
    edit, address = f"/en/posts/{post.public_id}/edit", f"/en/topics/{post.topic.public_id}/un-sujet"
    browser, other = sign_in(app.test_client(), author), sign_in(app.test_client(), UserFactory(trust=BASIC))
    assert other.get(edit).status_code == 403
    page = browser.get(edit)
    assert "Let everyone edit this" in page.text
    from tests.support.browser import token_of

    done = browser.post(f"/en/posts/{post.public_id}/wiki", data={"csrf_token": token_of(page), "wiki": "1"})
    assert done.status_code == 303
    assert "Only the author edits this" in browser.get(edit).text
    assert f'href="{edit}"' in other.get(address).text
    assert send(other, edit, body="Corrigé.").status_code == 303
    moderator = sign_in(app.test_client(), UserFactory(role="moderator"))
    assert f"/posts/{post.public_id}/wiki?wiki=0" in moderator.get(address).text
    stranger = app.test_client()
    assert stranger.post(f"/en/posts/{post.public_id}/wiki").status_code in {303, 400}
