"""Vocabularies at the desk: codes never change, labels and order do."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.events import EventRow, unit_of_work
from app.core.i18n import INTERFACE
from app.engagement.models import Tag, Tagging
from app.terms import services
from app.terms.models import Term
from app.terms.queries import terms, vocabulary
from tests.administration.desk import SignIn, at_desk, send
from tests.factories import TopicFactory, UserFactory

PAGE = "/fr/administration/vocabularies/theme"


def term(code: str = "health") -> Term:
    return db.session.scalars(select(Term).where(Term.scheme == "theme", Term.code == code)).one()


@pytest.mark.parametrize("role", ["", "moderator", "staff"])
def test_administrators_alone_change_vocabularies(app: Flask, role: str) -> None:
    actor = UserFactory(role=role)
    for act in (
        lambda: services.create_term(actor, "theme", "new", {"fr": "Neuf"}),
        lambda: services.edit_term(actor, term(), {"fr": "Soins"}),
        lambda: services.withdraw_term(actor, term()),
        lambda: services.order_terms(actor, "theme", []),
    ):
        with pytest.raises(NotAllowed), unit_of_work():
            act()


def test_labels_change_and_the_code_stays(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    topic = TopicFactory()
    with unit_of_work() as session:
        session.add(tag := Tag(slug="health", label="health"))
        session.flush()
        session.add(Tagging(tag_id=tag.id, subject_kind="topic", subject_id=topic.id))
    blank = {f"label-{tag}": " " for tag in INTERFACE}
    fields = blank | {"label-fr": "Soins et santé", "label-ar": "الصحة"}
    fields |= {f"words-{tag}": "" for tag in INTERFACE} | {"words-fr": "médecine, hôpital"}
    assert send(client, f"{PAGE}/health", **blank).status_code == 422
    assert send(client, f"{PAGE}/health", **{"label-fr": "x" * 81}).status_code == 422
    assert send(client, f"{PAGE}/health", **fields).status_code == 303
    db.session.expire_all()
    assert term().labels == {"fr": "Soins et santé", "ar": "الصحة"}
    assert term().synonyms == {"fr": ["médecine", "hôpital"]}
    assert vocabulary("theme").find("soins et sante").code == "health"  # type: ignore[union-attr]
    changed = [row.data for row in db.session.scalars(select(EventRow).where(EventRow.name == "SubjectChanged"))]
    assert {"kind": "topic", "id": topic.id} in changed
    assert client.get(f"{PAGE}/nothing").status_code == 404
    assert client.get("/fr/administration/vocabularies/nothing").status_code == 404


def test_a_withdrawn_term_is_read_and_no_longer_offered(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    for fields, is_offered in (({}, False), ({"restore": "1"}, True)):
        assert send(client, f"{PAGE}/health/withdraw", PAGE, **fields).status_code == 303
        assert ("health" in {entry.code for entry in terms("theme")}) is is_offered
        assert vocabulary("theme").get("health")


def test_order_by_buttons_and_by_dragging(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    first, second, third = [entry.code for entry in terms("theme")][:3]
    send(client, f"{PAGE}/order", PAGE, up=second)
    assert [entry.code for entry in terms("theme")][:3] == [second, first, third]
    send(client, f"{PAGE}/order", PAGE, order=f"{third} {first}")
    assert [entry.code for entry in terms("theme")][:3] == [third, first, second]
    assert send(client, f"{PAGE}/order", PAGE, down="nothing").status_code == 404
    with pytest.raises(NotFound), unit_of_work():
        services.order_terms(UserFactory(role="administrator"), "theme", ["nothing"])


def test_a_new_term_has_a_code_of_its_own(app: Flask, sign_in: SignIn) -> None:
    client, admin = at_desk(app, sign_in)
    for code in ("Not a code", "health", "é", "x" * 41, ""):
        assert send(client, f"{PAGE}/new", code=code, **{"label-fr": "Neuf"}).status_code == 422, code
    assert send(client, f"{PAGE}/new", code="night_work", **{"label-fr": "Nuit", "words-fr": "soir"}).status_code == 303
    assert terms("theme")[-1].code == "night_work"
    with pytest.raises(Invalid), unit_of_work():
        services.create_term(admin, "theme", "empty", {})
    with pytest.raises(NotFound), unit_of_work():
        services.create_term(admin, "nothing", "code", {"fr": "A"})
