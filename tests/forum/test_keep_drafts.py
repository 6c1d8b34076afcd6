"""Drafts kept on the server: by the page's script, by its button, in two windows at once, and by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.core import options
from app.core.db import db
from app.core.errors import NotAllowed
from app.core.events import unit_of_work
from app.forum.drafting import policy as draft_policy
from app.forum.drafting import services as draft_services
from app.forum.drafting.models import Draft
from app.forum.models import Post
from tests.factories import CategoryFactory, PostFactory, UserFactory
from tests.support.pages import JSON, fields_of, page_of, said, send

TITLE = "Un logement à Lille"


@pytest.fixture
def post(app):
    return PostFactory()


@pytest.fixture
def member(app, actor, sign_in):
    return sign_in(app.test_client(), actor)


def drafts():
    db.session.expire_all()
    return list(db.session.scalars(select(Draft).order_by(Draft.id)))


def reply(post):
    return f"/en/topics/{post.topic.public_id}/reply"


def save(client, post, known=None, **fields):
    """What the composer's script sends a few seconds after a key was pressed."""
    form = fields_of(client.get(reply(post))) | {"draft": "", "draft_version": "", "writer": "tab-1", "turn": "1"}
    form |= {name: str(value) for name, value in ((known or {}) | fields).items()}
    return client.put(f"/en/drafts/reply/{post.topic.public_id}", data=form, headers=JSON)


def known(answer):
    return {"draft": answer.json["id"], "draft_version": answer.json["version"]}


@pytest.mark.parametrize("address", ["/en/drafts", "/en/drafts/01abc"])
def test_visitors_have_no_drafts(client, address):
    assert "/login" in client.get(address).headers["Location"]


def test_a_visitor_and_a_forged_page_save_nothing(app, member, post):
    place = f"/en/drafts/reply/{post.topic.public_id}"
    assert app.test_client().put(place, data={"body": "x"}, headers=JSON).status_code == 401
    answer = member.put(place, data={"body": "x"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["error"]["is_stale"]
    assert answer.json["csrf_token"]
    assert drafts() == []


@pytest.mark.parametrize("place", ["reply/01none", "topic/none", "edit/01none", "poem/01none"])
def test_there_is_no_draft_of_what_is_not_there(member, place):
    assert member.put(f"/en/drafts/{place}", data={"body": "x"}, headers=JSON).status_code == 404


def test_nobody_begins_to_edit_what_another_wrote(member, post):
    assert member.put(f"/en/drafts/edit/{post.public_id}", data={"body": "x"}, headers=JSON).status_code == 404


def test_what_a_script_saves_is_in_the_composer_of_every_device(app, actor, sign_in, member, post):
    first = save(member, post, body="Bonjour", lang="nl")
    second = save(member, post, known(first), body="Bonjour à tous\r\n", lang="nl", turn=2)
    assert (first.json["version"], second.json["version"]) == (1, 2)
    (draft,) = drafts()
    assert draft.fields["body"] == ["Bonjour à tous\n"]
    phone = sign_in(app.test_client(), actor)
    for address in (reply(post), f"/en/topics/{post.topic.public_id}/x"):
        form = fields_of(phone.get(address, follow_redirects=True))
        assert (form["body"].strip(), form["lang"]) == ("Bonjour à tous", "nl")
        assert (form["draft"], form["draft_version"], form["client_token"]) == (
            draft.public_id,
            "2",
            draft.client_token,
        )


def test_every_field_of_a_topic_is_kept(member, app):
    shelf = CategoryFactory()
    address = f"/en/categories/{shelf.slug}/new-topic"
    form = fields_of(member.get(address)) | {"title": TITLE, "kind": "question", "tags": "logement", "body": "Où ?"}
    form |= {"themes": ["water_sanitation", "youth"], "keep": "1"}
    assert member.post(address, data=form).headers["Location"] == "/en/drafts"
    shown = member.get(address)
    again = fields_of(shown)
    assert (again["title"], again["kind"], again["tags"], again["body"].strip()) == (
        TITLE, "question", "logement", "Où ?",
    )  # fmt: skip
    boxes = [one for one in page_of(shown).iter("input") if one.get("name") == "themes"]
    assert {one.get("value") for one in boxes if one.get("checked") is not None} == {"water_sanitation", "youth"}


@pytest.mark.parametrize("is_there", [False, True])
def test_another_members_draft_is_not_found(app, sign_in, member, post, is_there):
    save(member, post, body="À moi")
    (draft,) = drafts()
    other = UserFactory(role="administrator") if is_there else UserFactory()
    client = sign_in(app.test_client(), other)
    assert client.get(f"/en/drafts/{draft.public_id}").status_code == 404
    assert fields_of(client.get(reply(post) + f"?draft={draft.public_id}"))["body"].strip() == ""
    assert "À moi" not in client.get("/en/drafts").text
    for act in ("discard", "cancel"):
        assert send_act(client, f"/en/drafts/{draft.public_id}/{act}").status_code == 404
    save(client, post, {"draft": draft.public_id, "draft_version": 1}, body="Volé")
    mine, theirs = drafts()
    assert (mine.fields["body"], theirs.user_id) == (["À moi"], other.id)


def send_act(client, address):
    token = fields_of(client.get(reply_page(client)))["csrf_token"]
    return client.post(address, data={"csrf_token": token})


def reply_page(client):
    return f"/en/topics/{db.session.scalars(select(Post)).first().topic.public_id}/reply"


def test_two_windows_never_overwrite_each_other(member, post):
    mine = save(member, post, body="Dans la première fenêtre")
    late = save(member, post, {"writer": "tab-2"}, body="Dans la seconde")
    assert late.status_code == 409
    assert (late.json["draft"], late.json["version"]) == (mine.json["id"], 1)
    assert [draft.first("body") for draft in drafts()] == ["Dans la première fenêtre"]


def test_a_window_is_never_in_its_own_way(member, post):
    save(member, post, body="Un")
    lost_answer = save(member, post, body="Un deux", turn=2)
    assert lost_answer.json["version"] == 2
    overtaken = save(member, post, body="U", turn=1)
    assert overtaken.status_code == 200
    assert [draft.first("body") for draft in drafts()] == ["Un deux"]


def test_the_same_text_from_two_windows_is_no_conflict(member, post):
    form = fields_of(member.get(reply(post))) | {"body": "Pareil"}
    for writer in ("tab-1", "tab-2"):
        data = form | {"writer": writer, "turn": "1"}
        assert member.put(f"/en/drafts/reply/{post.topic.public_id}", data=data, headers=JSON).json["version"] == 1


def conflict(member, post):
    """Two pages opened before anything was written; the second saves by its button."""
    form = fields_of(member.get(reply(post))) | {"body": "Le texte du téléphone", "keep": "1"}
    save(member, post, body="Le texte du bureau")
    return member.post(reply(post), data=form)


def test_without_scripts_a_conflict_shows_both_texts(member, post):
    answer = conflict(member, post)
    assert answer.status_code == 409
    assert "Le texte du téléphone" in said(answer)
    assert "Le texte du bureau" in said(answer)
    assert [draft.first("body") for draft in drafts()] == ["Le texte du bureau"]


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("mine", ["Le texte du téléphone"]),
        ("together", ["Le texte du téléphone\n\nLe texte du bureau"]),
        ("both", ["Le texte du bureau", "Le texte du téléphone"]),
    ],
)
def test_each_way_out_of_a_conflict_keeps_what_it_says(member, post, choice, kept):
    answer = conflict(member, post)
    mine, together, both = [form for form in page_of(answer).iter("form") if form.get("action") == reply(post)]
    chosen = {"mine": mine, "together": together, "both": both}[choice]
    button = next(chosen.iter("button"))
    data = fields_of(answer, chosen) | {button.get("name"): button.get("value")}
    assert member.post(reply(post), data=data).status_code == 303
    assert [draft.first("body").replace("\r\n", "\n").strip() for draft in drafts()] == kept
    assert len({draft.client_token for draft in drafts()}) == len(kept)


def test_the_other_text_is_chosen_by_a_link(member, post):
    link = next(one for one in page_of(conflict(member, post)).iter("a") if "/drafts/" in one.get("href", ""))
    page = member.get(link.get("href"), follow_redirects=True)
    assert fields_of(page)["body"].strip() == "Le texte du bureau"


@pytest.mark.parametrize("scripted", [False, True])
def test_publishing_takes_the_draft_along(member, post, scripted):
    save(member, post, body="À publier")
    headers = JSON if scripted else None
    answer = send(member, reply(post), headers=headers, body="À publier, enfin")
    assert answer.status_code == (201 if scripted else 303)
    assert drafts() == []


def test_a_page_that_still_saves_does_not_bring_back_what_was_published(member, post):
    form = fields_of(member.get(reply(post))) | {"body": "Envoyé"}
    assert member.post(reply(post), data=form).status_code == 303
    answer = member.put(f"/en/drafts/reply/{post.topic.public_id}", data=form, headers=JSON)
    assert answer.json == {"id": "", "version": 0}
    assert drafts() == []


def test_two_devices_that_send_one_draft_publish_it_once(app, actor, sign_in, member, post):
    save(member, post, body="Une seule fois")
    devices = (member, sign_in(app.test_client(), actor))
    for device, form in [(device, fields_of(device.get(reply(post)))) for device in devices]:
        assert device.post(reply(post), data=form).status_code == 303
    bodies = db.session.scalars(select(Post.body).where(Post.topic_id == post.topic_id, Post.author_id == actor.id))
    assert list(bodies) == ["Une seule fois"]


def test_an_edit_is_kept_until_it_is_saved_and_shows_what_changed_meanwhile(member, actor, app):
    post = PostFactory(author=actor, body="Avant")
    address = f"/en/posts/{post.public_id}/edit"
    form = fields_of(member.get(address))
    same = member.put(f"/en/drafts/edit/{post.public_id}", data=form, headers=JSON)
    assert same.json["id"] == ""
    member.put(f"/en/drafts/edit/{post.public_id}", data=form | {"body": "Brouillon"}, headers=JSON)
    assert fields_of(member.get(address))["body"].strip() == "Brouillon"
    with unit_of_work():
        db.session.get(Post, post.id).edits = 1
    assert "This message was edited meanwhile" in said(member.get(address))
    assert member.post(address, data=fields_of(member.get(address))).status_code == 303
    assert drafts() == []


def test_what_is_emptied_is_no_draft_any_more(member, post):
    first = save(member, post, body="Rien")
    assert save(member, post, known(first), body=" ", turn=2).json == {"id": "", "version": 0}
    assert drafts() == []
    assert save(member, post, body="").json["id"] == ""


@pytest.mark.parametrize(
    "fields", [{"body": "x" * 60_001}, {f"f{number}": "x" for number in range(100)}, {"n" * 61: "x", "body": "y"}]
)
def test_a_draft_has_bounds(member, post, fields):
    answer = save(member, post, **fields)
    assert answer.status_code == 422
    assert "too long" in answer.json["error"]["reason"]
    assert drafts() == []


def test_signs_that_no_database_takes_are_left_out(member, post):
    save(member, post, body="a\x0bb\x1f")
    assert drafts()[0].first("body") == "ab"


def test_there_are_only_so_many_drafts(member, actor, app):
    with unit_of_work():
        options.change(None, "forum.drafts", 5)
    topics = [PostFactory() for _ in range(6)]
    answers = [save(member, one, body="Un texte") for one in topics]
    assert [answer.status_code for answer in answers] == [200] * 5 + [422]
    assert "5 drafts" in answers[-1].json["error"]["reason"]
    form = fields_of(member.get(reply(topics[-1]))) | {"body": "Un texte", "keep": "1"}
    answer = member.post(reply(topics[-1]), data=form)
    assert answer.status_code == 422
    assert "5 drafts" in said(answer)
    assert "Un texte" in fields_of(answer)["body"]


def test_an_old_page_gets_its_text_back(member, post):
    form = fields_of(member.get(reply(post))) | {"body": "Gardé", "keep": "1", "csrf_token": "old"}
    answer = member.post(reply(post), data=form)
    assert answer.status_code == 422
    assert fields_of(answer)["body"].strip() == "Gardé"


def test_nothing_written_is_nothing_to_save(member, post):
    form = fields_of(member.get(reply(post))) | {"body": " ", "keep": "1"}
    assert "nothing to save" in said(member.post(reply(post), data=form, follow_redirects=True))


def test_my_drafts_say_where_each_belongs(member, actor, post, query_counter):
    assert "You have no draft." in said(member.get("/en/drafts"))
    own = PostFactory(author=actor, body="Avant")
    shelf = CategoryFactory()
    save(member, post, body="Une réponse commencée")
    new_topic = f"/en/categories/{shelf.slug}/new-topic"
    member.post(new_topic, data=fields_of(member.get(new_topic)) | {"title": TITLE, "body": "Où ?", "keep": "1"})
    edit = f"/en/posts/{own.public_id}/edit"
    member.post(edit, data=fields_of(member.get(edit)) | {"body": "Après", "keep": "1"})
    member.get("/en/drafts")
    with query_counter() as statements:
        page = member.get("/en/drafts")
    words = said(page)
    for there in (f"Reply to {post.topic.title}", "New topic in", TITLE, f"Change to message 1 of {own.topic.title}"):
        assert there in words
    assert statements.count <= 8
    for draft in drafts():
        shown = member.get(f"/en/drafts/{draft.public_id}", follow_redirects=True)
        assert fields_of(shown)["body"].strip() == draft.first("body")


def test_many_drafts_come_in_pages(member, actor, post):
    with unit_of_work() as session:
        for number in range(25):
            fields = {"body": [f"Brouillon {number}."]}
            place = {"place": "reply", "place_id": post.topic_id, "client_token": f"t{number}"}
            session.add(Draft(user_id=actor.id, fields=fields, **place))
    first = member.get("/en/drafts")
    link = next(one.get("href") for one in page_of(first).iter("a") if "after=" in one.get("href", ""))
    shown = said(first) + said(member.get(link))
    assert all(f"Brouillon {number}." in shown for number in range(25))


def test_a_draft_whose_place_is_gone_can_be_copied(member, post):
    save(member, post, body="Gardé quand même")
    with unit_of_work():
        post.topic.state = "locked"
    (draft,) = drafts()
    page = member.get(f"/en/drafts/{draft.public_id}")
    assert "This topic is closed" in said(page)
    assert "Gardé quand même" in said(page)
    with unit_of_work():
        post.topic.state = "removed"
    assert "no longer there" in said(member.get(f"/en/drafts/{draft.public_id}"))
    assert "no longer there" in said(member.get("/en/drafts"))


def test_a_draft_is_discarded_by_a_button(member, post):
    save(member, post, body="À jeter")
    address = f"/en/drafts/{drafts()[0].public_id}/discard"
    assert send_act(member, address).status_code == 303
    assert drafts() == []
    assert send_act(member, address).status_code == 404


def test_a_quotation_comes_after_what_was_begun(member, post):
    save(member, post, body="Commencé")
    form = fields_of(member.get(reply(post) + f"?quote={post.public_id}&to={post.public_id}"))
    assert form["body"].strip().startswith("Commencé")
    assert f"[post:{post.public_id}]" in form["body"]
    assert form["reply_to"] == post.public_id


def test_a_message_that_waited_on_a_device_leaves_as_its_author_alone(app, sign_in, member, post, actor):
    form = fields_of(member.get(reply(post))) | {"body": "De moi", "author": UserFactory().public_id}
    answer = member.post(reply(post), data=form, headers=JSON)
    assert answer.status_code == 401
    assert "Another member" in answer.json["error"]["reason"]
    assert db.session.scalar(select(func.count()).select_from(Post)) == 1
    assert member.post(reply(post), data=form | {"author": actor.public_id}, headers=JSON).status_code == 201


CASES = {
    "visitor": (False, False, False),
    "author": (True, True, True),
    "other": (True, False, False),
    "moderator": (True, False, False),
    "administrator": (True, False, False),
}


@pytest.mark.parametrize("who", list(CASES))
@pytest.mark.parametrize("place", ["topic", "reply", "edit"])
def test_who_may_do_what_with_a_draft(app, client, who, place):
    author = UserFactory()
    draft = Draft(user_id=author.id, place=place, place_id=1, fields={}, client_token="t")
    from app.accounts.actor import VISITOR

    actors = {"visitor": lambda: VISITOR, "author": lambda: author, "other": UserFactory}
    actor = actors.get(who, lambda: UserFactory(role=who))()
    keeps, uses, schedules = CASES[who]
    assert bool(draft_policy.can_keep_drafts(actor)) is keeps
    assert bool(draft_policy.can_use_draft(actor, draft)) is uses
    assert bool(draft_policy.can_schedule_draft(actor, draft)) is (schedules and place != "edit")


def test_services_refuse_who_is_not_the_author(app, member, post):
    save(member, post, body="À moi")
    (draft,) = drafts()
    with pytest.raises(NotAllowed), unit_of_work():
        draft_services.discard_draft(UserFactory.build(id=999), draft)
    with pytest.raises(NotAllowed), unit_of_work():
        draft_services.cancel_schedule(UserFactory.build(id=999), draft)
    assert len(drafts()) == 1
