"""Messages that leave by themselves later: on the author's clock, published once, or kept with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.core.background import background_context
from app.core.db import db
from app.core.errors import Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.forum.drafting import scheduling
from app.forum.drafting import services as draft_services
from app.forum.drafting.fields import moment_of
from app.forum.drafting.models import Draft
from app.forum.jobs import publish_scheduled
from app.forum.models import Post, Topic
from tests.factories import CategoryFactory, PostFactory, UserFactory
from tests.support.pages import JSON, errors_of, fields_of, said

ZONE = "America/Montreal"
TITLE = "Un logement à Lille"


@pytest.fixture
def author(app):
    return UserFactory(timezone=ZONE, ui_lang="en")


@pytest.fixture
def member(app, author, sign_in):
    return sign_in(app.test_client(), author)


@pytest.fixture
def post(app):
    return PostFactory()


def reply(post):
    return f"/en/topics/{post.topic.public_id}/reply"


def later(client, address, moment, headers=None, **fields):
    """Press "Publish at this time" for a moment on the author's clock."""
    local = moment.astimezone(ZoneInfo(ZONE))
    form = fields_of(client.get(address)) | {"body": "Plus tard", "later": "1"}
    form |= {"later_day": f"{local:%Y-%m-%d}", "later_time": f"{local:%H:%M}"} | fields
    return client.post(address, data=form, headers=headers)


def only_draft():
    db.session.expire_all()
    return db.session.scalars(select(Draft)).one_or_none()


def bodies(author):
    db.session.expire_all()
    return list(db.session.scalars(select(Post.body).where(Post.author_id == author.id).order_by(Post.id)))


def run_job(app):
    """What the jobs process does each minute."""
    with background_context(app):
        publish_scheduled()


def mails():
    return list(db.session.scalars(select(OutgoingMail)))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"later_day": "", "later_time": ""}, "Choose a day and a time."),
        ({"later_day": "9999-12-31", "later_time": "23:59"}, "Choose a day and a time."),
        ({"later_day": "2026-02-31", "later_time": "10:00"}, "Choose a day and a time."),
        ({"later_day": "2099-12-31", "later_time": "23:59"}, "between one minute and one year"),
        ({"later_day": "2001-01-01", "later_time": "10:00"}, "between one minute and one year"),
    ],
)
def test_a_moment_that_cannot_be_is_said_beside_the_field(member, post, clock, fields, reason):
    answer = later(member, reply(post), clock() + timedelta(hours=2), **fields)
    assert answer.status_code == 422
    assert any(reason in error for error in errors_of(answer))
    assert fields_of(answer)["body"].strip() == "Plus tard"
    assert only_draft() is None


def test_a_text_that_could_not_be_published_now_is_not_published_later(member, post, clock):
    assert later(member, reply(post), clock() + timedelta(hours=2), body="x" * 20_001).status_code == 422
    shelf = CategoryFactory()
    answer = later(member, f"/en/categories/{shelf.slug}/new-topic", clock() + timedelta(hours=2), title="Oh")
    assert answer.status_code == 422
    assert only_draft() is None


def test_nothing_is_published_later_where_nothing_may_be_said(member, post, clock):
    form = fields_of(member.get(reply(post)))
    with unit_of_work():
        post.topic.state = "locked"
    data = form | {"body": "x", "later": "1", "later_day": "2030-01-01", "later_time": "10:00"}
    answer = member.post(reply(post), data=data)
    assert answer.status_code == 403
    assert "This topic is closed" in said(answer)
    assert only_draft() is None


def test_an_edit_is_made_at_once(app, author, clock):
    draft = Draft(user_id=author.id, place="edit", place_id=1, fields={"body": ["x"]}, client_token="t")
    with unit_of_work() as session:
        session.add(draft)
    with pytest.raises(NotAllowed), unit_of_work():
        draft_services.schedule_draft(author, draft, clock() + timedelta(hours=1))
    with pytest.raises(NotAllowed), unit_of_work():
        draft_services.schedule_draft(UserFactory.build(id=999), draft, clock() + timedelta(hours=1))


@pytest.mark.parametrize("scripted", [False, True])
def test_a_reply_leaves_when_it_is_due(app, member, author, post, clock, scripted):
    moment = clock() + timedelta(hours=2)
    answer = later(member, reply(post), moment, JSON if scripted else None)
    if scripted:
        assert answer.json == {"url": "/en/drafts"}
    else:
        assert answer.headers["Location"] == "/en/drafts"
    assert only_draft().publish_at == moment.replace(second=0, microsecond=0)
    listed = said(member.get("/en/drafts"))
    local = only_draft().publish_at.astimezone(ZoneInfo(ZONE))
    assert f"{local:%H:%M}" in listed
    assert "America/Montreal" in listed
    assert fields_of(member.get(reply(post)))["body"].strip() == ""  # another reply may be begun meanwhile
    run_job(app)
    assert bodies(author) == []
    clock.advance(hours=2)
    run_job(app)
    assert bodies(author) == ["Plus tard"]
    assert only_draft() is None
    run_job(app)
    assert bodies(author) == ["Plus tard"]
    assert mails() == []


def test_a_topic_leaves_with_all_it_has(app, member, author, clock):
    shelf = CategoryFactory()
    later(
        member,
        f"/en/categories/{shelf.slug}/new-topic",
        clock() + timedelta(hours=2),
        title=TITLE,
        kind="question",
        tags="logement",
    )
    clock.advance(hours=3)
    with background_context(app):
        assert scheduling.publish_due() == 1
    topic = db.session.scalars(select(Topic)).one()
    assert (topic.title, topic.kind, topic.author_id, topic.category_id) == (TITLE, "question", author.id, shelf.id)


def test_a_process_killed_after_publishing_publishes_once(app, member, author, post, clock):
    """As if the draft were there still although its text had been sent under the same token."""
    later(member, reply(post), clock() + timedelta(hours=2))
    kept = {name: getattr(only_draft(), name) for name in ("place", "place_id", "fields", "client_token", "publish_at")}
    clock.advance(hours=3)
    run_job(app)
    with unit_of_work() as session:
        session.add(Draft(user_id=author.id, **kept))
    run_job(app)
    assert bodies(author) == ["Plus tard"]
    assert only_draft() is None


def test_what_may_no_longer_be_said_is_kept_and_told(app, member, author, post, clock):
    later(member, reply(post), clock() + timedelta(hours=2))
    with unit_of_work():
        db.session.get(Topic, post.topic_id).state = "locked"
    clock.advance(hours=3)
    run_job(app)
    run_job(app)
    assert bodies(author) == []
    draft = only_draft()
    assert (draft.publish_at, draft.first("body")) == (None, "Plus tard")
    assert "This topic is closed" in draft.refusal
    assert "This topic is closed" in said(member.get("/en/drafts"))
    (letter,) = mails()
    assert letter.to == author.email
    assert "This topic is closed" in letter.text
    assert f"/en/drafts/{draft.public_id}" in letter.text


@pytest.mark.parametrize("case", ["topic gone", "account closed"])
def test_nothing_is_said_where_or_by_whom_nothing_can_be(app, member, author, post, clock, case):
    later(member, reply(post), clock() + timedelta(hours=2))
    with unit_of_work():
        if case == "topic gone":
            db.session.get(Topic, post.topic_id).state = "removed"
        else:
            author.active = False
    clock.advance(hours=3)
    run_job(app)
    assert bodies(author) == []
    assert only_draft().publish_at is None
    assert len(mails()) == (1 if case == "topic gone" else 0)


def test_a_text_made_unfit_meanwhile_is_kept(app, member, author, post, clock):
    later(member, reply(post), clock() + timedelta(hours=2))
    with unit_of_work():
        draft = only_draft()
        draft.fields = draft.fields | {"lang": ["xx"]}
    clock.advance(hours=3)
    run_job(app)
    assert bodies(author) == []
    assert only_draft().refusal


def test_one_text_that_breaks_holds_up_no_other(app, member, author, post, clock, monkeypatch, caplog):
    later(member, reply(post), clock() + timedelta(hours=1), body="Casse")
    later(member, reply(post), clock() + timedelta(hours=2), body="Passe")
    publish = scheduling._publish

    def sometimes(who, draft):
        if draft.first("body") == "Casse":
            raise RuntimeError("broken")
        return publish(who, draft)

    monkeypatch.setattr(scheduling, "_publish", sometimes)
    clock.advance(hours=3)
    run_job(app)
    assert bodies(author) == ["Passe"]
    assert "was not published" in caplog.text


def test_what_its_author_cancels_stays_a_draft(app, member, author, post, clock):
    later(member, reply(post), clock() + timedelta(hours=2))
    draft = only_draft()
    token = fields_of(member.get(reply(post)))["csrf_token"]
    address = f"/en/drafts/{draft.public_id}/cancel"
    assert member.post(address, data={"csrf_token": token}).status_code == 303
    clock.advance(hours=3)
    run_job(app)
    assert bodies(author) == []
    assert fields_of(member.get(reply(post)))["body"].strip() == "Plus tard"


@pytest.mark.parametrize("change", ["cancelled", "changed", "gone"])
def test_what_changes_while_it_is_being_published_is_not(app, member, author, post, clock, change):
    later(member, reply(post), clock() + timedelta(hours=2))
    draft = only_draft()
    version = draft.version
    with unit_of_work() as session:
        if change == "gone":
            session.delete(draft)
        elif change == "changed":
            draft.version += 1
        else:
            draft.publish_at = None
    with unit_of_work():
        assert draft_services.take_due(draft, version) is False


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        ("2027-01-15", "10:00", datetime(2027, 1, 15, 9, 0, tzinfo=UTC)),
        ("2027-07-15", "10:00", datetime(2027, 7, 15, 8, 0, tzinfo=UTC)),
        ("2027-03-28", "02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("2027-10-31", "02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_one_on_the_authors_clock(day, hour, utc):
    assert moment_of(day, hour, ZoneInfo("Europe/Paris")) == utc


@pytest.mark.parametrize(
    ("day", "hour"), [("", ""), ("demain", "10:00"), ("2027-01-01", "25:00"), ("0001-01-01", "00:00")]
)
def test_no_time_is_no_moment(day, hour):
    with pytest.raises(Invalid):
        moment_of(day, hour, ZoneInfo("Asia/Tokyo"))
