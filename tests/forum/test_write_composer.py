"""What the composer asks while someone writes: the preview is the result, the language is guessed and corrected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.forum.models import Post
from tests.factories import PostFactory, UserFactory
from tests.support.browser import token_of
from tests.support.pages import JSON, fields_of, page_of, send

RICH = """# Tarifs

| Quartier | Chambre |
| :- | -: |
| Guet Ndar | 60 € |

- [x] réserver
- [ ] payer

~~cher~~ **abordable**, voir https://example.org/a?b=c&d=e

```
=SOMME(B2:B9)
```

> [post:{cited}]
> Qui a déjà loué ?
"""
DUTCH = "Wij zoeken een kamer in Lille voor de hele zomer, wie kan ons daarbij helpen alstublieft?"


@pytest.fixture
def member(actor: User, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of a plain member."""
    return sign_in(client, actor)


@pytest.fixture
def post(app) -> Post:
    """The first message of a topic."""
    return PostFactory(author=UserFactory(display_name="Awa Leroy"))


def reply(post: Post) -> str:
    return f"/en/topics/{post.topic.public_id}/reply"


def ask(client: FlaskClient, post: Post, what: str, **fields: str):
    token = token_of(client.get(reply(post)))
    return client.post(f"/en/compose/{what}", data={"csrf_token": token, **fields}, headers={"Accept": "*/*"})


def test_the_preview_has_the_bytes_of_the_result(member, post):
    plain = RICH.replace("> [post:{cited}]\n", "> ")
    preview = ask(member, post, "preview", body=plain)
    assert preview.status_code == 200
    assert preview.mimetype == "text/html"
    sent = send(member, reply(post), JSON, body=plain)
    stored = db.session.scalars(select(Post.html).where(Post.public_id == sent.json["id"])).one()
    assert preview.text == stored
    assert stored in sent.json["html"]


def test_the_preview_names_who_is_cited_as_the_result_does(member, post):
    body = RICH.replace("{cited}", post.public_id)
    preview = ask(member, post, "preview", body=body).text
    assert "Awa Leroy, message 1" in preview
    assert preview in send(member, reply(post), JSON, body=body).json["html"]


def test_without_scripts_a_button_shows_the_preview_above_the_text(member, post):
    answer = send(member, reply(post), body="Un **mot** de moi", preview="1")
    assert answer.status_code == 200
    shown = next(one for one in page_of(answer).iter("div") if "composer-shown" in (one.get("class") or ""))
    assert [one.text for one in shown.iter("strong")] == ["mot"]
    assert fields_of(answer)["body"].strip() == "Un **mot** de moi"
    assert post.topic.post_count == 1


@pytest.mark.parametrize("what", ["preview", "language"])
def test_visitors_and_forged_forms_get_nothing(client, member, post, app, what):
    assert app.test_client().post(f"/en/compose/{what}", data={"body": "*a*"}).status_code in {400, 401}
    assert member.post(f"/en/compose/{what}", data={"body": "*a*"}).status_code == 400


def test_a_text_too_long_to_be_sent_is_not_rendered_either(member, post):
    assert ask(member, post, "preview", body="x" * 20_001).status_code == 422


def test_the_language_of_a_text_is_recognised(member, post):
    answer = ask(member, post, "language", body=DUTCH, lang="fr")
    assert answer.json == {"lang": "nl", "proposal": "Written in Dutch? Change"}
    assert ask(member, post, "language", body=DUTCH, lang="nl").json == {"lang": "", "proposal": ""}


@pytest.mark.parametrize("body", ["Dank u wel", "", "12 34 56"])
def test_a_few_words_are_taken_as_the_language_chosen(member, post, body):
    assert ask(member, post, "language", body=body, lang="fr").json["lang"] == ""


def test_without_scripts_the_correction_is_a_button_beside_the_preview(member, post):
    form = fields_of(member.get(reply(post))) | {"body": DUTCH, "lang": "fr"}
    shown = member.post(reply(post), data=form | {"preview": "1"})
    button = next(one for one in page_of(shown).iter("button") if one.get("name") == "use_lang")
    assert (button.get("value"), button.get("hidden")) == ("nl", None)
    corrected = member.post(reply(post), data=fields_of(shown) | {"use_lang": "nl"})
    assert fields_of(corrected)["lang"] == "nl"
    area = next(one for one in page_of(corrected).iter("textarea") if one.get("id") == "body")
    assert area.get("lang") == "nl"


def test_right_to_left_follows_the_language_of_the_text(member, post):
    answer = send(member, reply(post), body="مرحبا بكم", lang="ar", preview="1")
    area = next(one for one in page_of(answer).iter("textarea") if one.get("id") == "body")
    assert (area.get("lang"), area.get("dir")) == ("ar", "rtl")


@pytest.mark.parametrize("is_shared", [False, True])
def test_the_page_tells_scripts_when_nothing_may_be_kept_on_the_device(app, actor, post, sign_in, is_shared):
    client = sign_in(app.test_client(), actor, is_shared_device=is_shared)
    assert (page_of(client.get(reply(post))).get("data-shared") is not None) is is_shared


def test_a_text_too_long_to_publish_is_not_rendered_for_a_preview_either(member, post):
    answer = send(member, reply(post), body="[" * 200_000, preview="1")
    assert answer.status_code == 422
    assert "too long" in answer.text
