"""Polls: who votes, until when, and who sees what; hidden results are in no answer at all."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import EventRow, unit_of_work
from app.core.live import message_for
from app.forum import services
from app.forum.composing.extras import Extras
from app.forum.drafts import draft_post
from app.forum.jobs import end_polls
from app.forum.models import Post, Topic
from app.forum.polls import policy
from app.forum.polls.drafts import PollDraft
from app.forum.polls.events import PollChanged, VoteCast
from app.forum.polls.models import Poll, PollVote
from app.forum.polls.queries import poll_of, polls_of, voters_of
from app.forum.polls.services import close_poll, put_poll, vote
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.clock import FrozenClock
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words
from tests.support.pages import JSON, errors_of, fields_of, page_of, said, send

MONTHS = ("Mai", "Juin", "Juillet")


@pytest.fixture
def topic(actor: User) -> Topic:
    return opened(actor, CategoryFactory())


def first_post(topic: Topic) -> Post:
    return db.session.query(Post).filter_by(topic_id=topic.id, number=1).one()


def asked(topic: Topic, **chosen: Any) -> Post:
    """The first post of a topic with a poll in it."""
    post = first_post(topic)
    with unit_of_work():
        put_poll(topic.author, post, PollDraft(chosen.pop("question", "Quel mois ?"), MONTHS, **chosen))
    return post


def options_of(post: Post) -> list[int]:
    return [option.id for option in poll_of(post.id).options]


def voted(member: User, post: Post, *places: int) -> Poll:
    ids = options_of(post)
    with unit_of_work():
        return vote(member, post, [ids[place] for place in places])


def counts(post: Post) -> list[int]:
    return [option.votes for option in poll_of(post.id).options]


def page(client: FlaskClient, topic: Topic, lang: str = "en") -> Page:
    return Page(client.get(f"/{lang}/topics/{topic.public_id}/un-sujet").text)


@pytest.mark.parametrize("state", ["open", "locked", "hidden"])
def test_who_may_vote_add_and_end(actor, topic, state):
    post = asked(topic)
    poll = poll_of(post.id)
    cast = {
        "visitor": VISITOR,
        "member": UserFactory(),
        "author": actor,
        "moderator": UserFactory(role="moderator"),
    }
    with unit_of_work():
        topic.state = state
    votes = {name for name, one in cast.items() if policy.can_vote(one, post, poll)}
    assert votes == ({"member", "author", "moderator"} if state == "open" else set())
    adds = {name for name, one in cast.items() if policy.can_add_poll(one, post)}
    assert adds == ({"author"} if state == "open" else set())
    closes = {name for name, one in cast.items() if policy.can_close_poll(one, post, poll)}
    assert closes == ({"moderator"} if state == "hidden" else {"author", "moderator"})
    with unit_of_work():
        post.state = "hidden_by_moderator"
    for one in cast.values():
        assert not policy.can_vote(one, post, poll)
        assert not policy.can_add_poll(one, post)
        assert not policy.can_close_poll(one, post, poll)


@pytest.mark.parametrize(
    ("results", "has_ended", "has_voted", "seen"),
    [
        ("always", False, False, True),
        ("voted", False, False, False),
        ("voted", False, True, True),
        ("voted", True, False, True),
        ("ended", False, True, False),
        ("ended", True, False, True),
    ],
)
def test_who_sees_the_results(actor, topic, results, has_ended, has_voted, seen):
    poll = poll_of(asked(topic, results=results).id)
    with unit_of_work():
        poll.closed_at = now() if has_ended else None
    for one in (VISITOR, actor, UserFactory(role="administrator")):
        assert bool(policy.can_see_results(one, poll, has_voted)) is seen


def test_a_vote_counts_once_and_may_be_changed_until_the_end(topic):
    post, member = asked(topic), UserFactory()
    voted(member, post, 0)
    voted(member, post, 0)
    assert (counts(post), poll_of(post.id).voters) == ([1, 0, 0], 1)
    voted(member, post, 2)
    assert counts(post) == [0, 0, 1]
    assert db.session.query(EventRow).filter_by(name="VoteCast").count() == 2
    with pytest.raises(Invalid):
        voted(member, post, 0, 1)
    with pytest.raises(Invalid), unit_of_work():
        vote(member, post, [10**9])
    voted(member, post)
    assert (counts(post), poll_of(post.id).voters) == ([0, 0, 0], 0)
    with pytest.raises(NotAllowed):
        voted(VISITOR, post, 0)  # type: ignore[arg-type]


def test_several_answers_where_they_are_asked_for(topic):
    post = asked(topic, is_multiple=True)
    voted(UserFactory(), post, 0, 1)
    voted(UserFactory(), post, 1)
    assert (counts(post), poll_of(post.id).voters) == ([1, 2, 0], 2)


def test_no_vote_after_the_end(topic, clock: FrozenClock, actor):
    post = asked(topic, closes_at=now() + timedelta(hours=1))
    voted(UserFactory(), post, 0)
    end_polls()
    assert poll_of(post.id).closed_at is None
    clock.advance(hours=2)
    with pytest.raises(NotAllowed, match=r"ended|terminé"):
        voted(UserFactory(), post, 0)
    end_polls()
    end_polls()
    poll = poll_of(post.id)
    assert poll.closed_at == poll.closes_at
    assert db.session.query(EventRow).filter_by(name="PollChanged").count() == 2
    with pytest.raises(NotAllowed), unit_of_work():
        close_poll(actor, post)


def test_its_author_ends_it_and_a_moderator_on_the_record(actor, topic):
    from app.core.audit import AuditEntry

    post = asked(topic)
    with pytest.raises(NotAllowed), unit_of_work():
        close_poll(UserFactory(), post)
    with unit_of_work():
        close_poll(actor, post)
    assert db.session.query(AuditEntry).filter_by(action="close_poll").count() == 0
    other = asked(opened(actor, topic.category))
    with unit_of_work():
        close_poll(UserFactory(role="moderator"), other)
    assert db.session.query(AuditEntry).filter_by(action="close_poll").count() == 1
    with pytest.raises(NotAllowed):
        voted(UserFactory(), other, 0)


def test_a_message_has_one_poll(actor, topic):
    post = asked(topic)
    with pytest.raises(Conflict), unit_of_work():
        put_poll(actor, post, PollDraft("Et encore ?", MONTHS))
    with pytest.raises(NotFound):
        poll_of(10**6)
    reply = replied(actor, topic)
    with unit_of_work():
        services.edit_post(
            actor, reply, replace(draft_post(reply.body, "fr", "t"), extras=Extras(poll=PollDraft("?", MONTHS))), 0
        )
    assert (reply.has_poll, reply.edits) == (True, 0), "a poll is added later, the text as it was"


@pytest.mark.parametrize("results", ["voted", "ended"])
def test_hidden_results_are_in_no_answer(topic, app: Flask, sign_in: Callable[..., FlaskClient], results):
    post = asked(topic, results=results, is_named=True)
    for _ in range(7):
        voted(UserFactory(display_name="Zoé Voteuse"), post, 1)
    reader = sign_in(app.test_client(), UserFactory())
    address = f"/en/posts/{post.public_id}"
    for browser in (app.test_client(), reader):
        for url in (f"/en/topics/{topic.public_id}/un-sujet", f"{address}/poll"):
            text = browser.get(url).text
            assert "Zoé Voteuse" not in text
            assert "data-votes=" not in text
            assert "<meter" not in text
            assert "7 votes" not in text
        assert browser.get(f"{address}/poll.csv").status_code == 403
    message = message_for(VoteCast(topic.id, post.id), "en")
    assert message is not None
    assert message.data == {"post": post.public_id, "voters": 7, "counts": None}
    fragment = app.test_client().get(f"/en/fragments/posts/{post.public_id}/{post.version}").text
    assert "Juin" not in fragment


def test_public_results_are_text_and_numbers_and_come_live(topic, client, app):
    post = asked(topic)
    voted(UserFactory(), post, 0)
    voted(UserFactory(), post, 1)
    section = page(client, topic).one("div", class_="poll")
    assert "1 vote" in words(section)
    assert "2 people have voted." in words(section)
    assert [meter.get("value") for meter in section.iter("meter")] == ["50", "50", "0"]
    assert {span.get("lang") for span in section.iter("span") if (span.text or "") in MONTHS} == {"fr"}
    with app.test_request_context("/fr/"):
        message = message_for(VoteCast(topic.id, post.id), "fr")
        began = message_for(PollChanged(topic.id, post.id), "fr")
    assert message is not None
    assert list(message.data["counts"].values()) == [[1, 50], [1, 50], [0, 0]]
    assert began is not None
    assert began.data["url"] == f"/fr/posts/{post.public_id}/poll"
    hidden(UserFactory(role="moderator"), post)
    assert message_for(VoteCast(topic.id, post.id), "fr") is message_for(PollChanged(topic.id, post.id), "fr") is None
    assert not page(client, topic).all("div", class_="poll")
    assert client.get(f"/en/posts/{post.public_id}/poll.csv").status_code == 404


def test_kept_pages_follow_the_votes(topic, client):
    post = asked(topic)
    assert "0 people have voted." in words(page(client, topic).one("div", class_="poll"))
    voted(UserFactory(), post, 0)
    assert "1 person has voted." in words(page(client, topic).one("div", class_="poll"))


def test_names_show_to_members_where_that_was_chosen(topic, app, sign_in):
    post = asked(topic, is_named=True)
    voted(UserFactory(display_name="Zoé Voteuse"), post, 1)
    assert "Zoé Voteuse" not in app.test_client().get(f"/en/posts/{post.public_id}/poll").text
    assert "Zoé Voteuse" in sign_in(app.test_client(), UserFactory()).get(f"/en/posts/{post.public_id}/poll").text
    secret = asked(opened(topic.author, topic.category))
    voted(UserFactory(display_name="Zoé Secrète"), secret, 1)
    assert "Secrète" not in sign_in(app.test_client(), UserFactory()).get(f"/en/posts/{secret.public_id}/poll").text


def test_voting_by_a_form_and_by_a_script(topic, app, sign_in):
    post = asked(topic, results="voted")
    member = UserFactory()
    browser = sign_in(app.test_client(), member)
    opened_page = browser.get(f"/en/topics/{topic.public_id}/un-sujet")
    form = next(one for one in page_of(opened_page).iter("form") if one.get("action", "").endswith("/vote"))
    sent = fields_of(opened_page, form) | {"option": str(options_of(post)[1])}
    done = browser.post(form.get("action"), data=sent)
    assert (done.status_code, done.location.endswith("#p1")) == (303, True)
    after = browser.get(f"/en/topics/{topic.public_id}/un-sujet")
    assert "Change my vote" in said(after)
    assert "1 vote" in said(after)
    answer = browser.post(form.get("action"), data=sent | {"take_back": "1"}, headers=JSON)
    assert "Change my vote" not in answer.json["html"]
    assert db.session.query(PollVote).count() == 0
    assert browser.post(form.get("action"), data=sent | {"option": "99999"}, headers=JSON).status_code == 422
    assert browser.post(form.get("action"), data=sent | {"option": "many"}).status_code == 303
    close = f"/en/posts/{post.public_id}/poll/close"
    assert browser.post(close, data=sent).status_code == 403
    author = sign_in(app.test_client(), topic.author)
    token = fields_of(author.get(f"/en/posts/{post.public_id}/edit"))["csrf_token"]
    assert author.post(close, data={"csrf_token": token}).status_code == 303
    assert browser.post(form.get("action"), data=sent).status_code == 403
    visitor = app.test_client()
    assert visitor.get(f"/en/posts/{replied(member, topic).public_id}/poll").status_code == 404


def test_polls_follow_the_rights_of_their_post(topic, app):
    post = asked(topic)
    with unit_of_work():
        topic.category.space = SpaceFactory(visibility="staff")
    for end in ("poll", "poll.csv"):
        assert app.test_client().get(f"/en/posts/{post.public_id}/{end}").status_code == 404


def test_counts_as_a_table_without_formulas(topic, client):
    post = first_post(topic)
    with unit_of_work():
        put_poll(topic.author, post, PollDraft("Quoi ?", ("=1+1", "Deux")))
    voted(UserFactory(), post, 0)
    answer = client.get(f"/en/posts/{post.public_id}/poll.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows == [["Answer", "Votes", "%"], ["'=1+1", "1", "100"], ["Deux", "0", "0"]]


GOOD = {"poll_question": "Quel mois ?", "poll_options": "Mai\nJuin\n\n Juillet "}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"poll_question": ""}, "Write the question"),
        ({"poll_question": "x" * 201}, "200 characters at most"),
        ({"poll_options": "Mai"}, "2 to 20 answers"),
        ({"poll_options": "\n".join(str(n) for n in range(21))}, "2 to 20 answers"),
        ({"poll_options": "Mai\nmai"}, "the same"),
        ({"poll_options": "Mai\n" + "x" * 201}, "200 characters at most"),
        ({"poll_day": "2001-01-01"}, "still to come"),
        ({"poll_day": "tomorrow"}, "Choose a day"),
        ({"poll_kind": "many"}, "Choose one of the options"),
        ({"poll_results": "nobody"}, "Choose one of the options"),
    ],
)
def test_a_poll_of_bad_shape_is_refused_and_kept(client, sign_in, actor, changes, reason):
    category = CategoryFactory()
    url = f"/en/categories/{category.slug}/new-topic"
    answer = send(sign_in(client, actor), url, title="Un mois ?", body="Dites.", **(GOOD | changes))
    assert answer.status_code == 422
    assert any(reason in line for line in errors_of(answer)), errors_of(answer)
    assert fields_of(answer)["poll_options"].strip() == (GOOD | changes)["poll_options"].strip()
    assert db.session.query(Post).count() == 0


def test_a_poll_is_made_with_a_topic_and_added_by_an_edit(client, sign_in, actor):
    category, browser = CategoryFactory(), sign_in(client, actor)
    url = f"/en/categories/{category.slug}/new-topic"
    day = (now() + timedelta(days=3)).date().isoformat()
    done = send(browser, url, title="Un mois ?", body="Dites.", poll_day=day, poll_kind="multiple", **GOOD)
    assert done.status_code == 303
    poll = db.session.query(Poll).one()
    assert [option.label for option in poll.options] == list(MONTHS)
    assert poll.is_multiple
    assert poll.closes_at is not None
    assert "Quel mois ?" in said(browser.get(done.location, follow_redirects=True))
    edit = f"/en/posts/{db.session.query(Post).one().public_id}/edit"
    assert 'name="poll_question"' not in browser.get(edit).text
    other = opened(actor, category, "Sans sondage")
    edit = f"/en/posts/{first_post(other).public_id}/edit"
    assert 'name="poll_question"' in browser.get(edit).text
    assert send(browser, edit, **GOOD).status_code == 303
    db.session.expire_all()
    assert first_post(other).has_poll


def test_names_of_many_polls_cost_one_query(topic, query_counter):
    posts, counts = [], []
    for many in (1, 4):
        for _ in range(many):
            posts.append(asked(opened(topic.author, topic.category), is_named=True).id)
            for _ in range(3):
                voted(UserFactory(), db.session.get(Post, posts[-1]), 1)
        polls = polls_of(posts).values()
        with query_counter() as statements:
            named = voters_of(polls, most=2)
        counts.append(statements.count)
        assert {len(people) for people in named.values()} == {2}, "at most so many of each answer"
    assert counts == [1, 1]
    assert len(named) == 5
    assert voters_of([]) == {}


def test_who_voted_first_is_named_first(topic, clock):
    post = asked(topic, is_named=True)
    voters = []
    for _ in range(3):
        clock.advance(seconds=30)
        voters.append(UserFactory())
        voted(voters[-1], post, 0)
    with unit_of_work():
        voters[1].status = "suspended"
    assert [member.id for member in voters_of([poll_of(post.id)])[options_of(post)[0]]] == [voters[0].id, voters[2].id]
