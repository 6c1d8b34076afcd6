"""Searches that members keep: only theirs, at most fifty, renamed and deleted by forms."""

from __future__ import annotations

import pytest

from app.accounts.actor import VISITOR
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.search import saved
from app.search.models import LONGEST_ADDRESS
from app.search.policy import can_change_saved_search, can_save_search
from tests.factories import UserFactory
from tests.search.conftest import signed_in
from tests.support.browser import submit


@pytest.fixture
def kept(app):
    """A member with a search they keep."""
    member = UserFactory()
    with unit_of_work():
        return member, saved.save_search(member, "Poterie", "q=poterie")


def test_who_may_keep_and_change(kept):
    owner, search = kept
    for actor, keeps, changes in (
        (VISITOR, False, False),
        (UserFactory(), True, False),
        (UserFactory(role="administrator"), True, False),
        (owner, True, True),
    ):
        assert bool(can_save_search(actor)) is keeps
        assert bool(can_change_saved_search(actor, search)) is changes


def test_refusals(app, kept):
    owner, search = kept
    for actor in (VISITOR, UserFactory(), UserFactory(role="administrator")):
        with pytest.raises(NotFound):
            saved.get_saved(actor, search.id)
        with pytest.raises(NotFound), unit_of_work():
            saved.rename_search(actor, search, "x")
        with pytest.raises(NotFound), unit_of_work():
            saved.delete_search(actor, search)
    with pytest.raises(NotFound):
        saved.get_saved(owner, search.id + 99)
    with pytest.raises(NotAllowed), unit_of_work():
        saved.save_search(VISITOR, "x", "q=x")
    for name, query in ((" ", "q=x"), ("x", ""), ("x", "q" * (LONGEST_ADDRESS + 1))):
        with pytest.raises(Invalid), unit_of_work():
            saved.save_search(owner, name, query)


def test_at_most_fifty_and_the_same_one_once(kept, monkeypatch):
    owner, search = kept
    monkeypatch.setattr(saved, "MOST_SAVED", 2)
    with unit_of_work():
        saved.save_search(owner, "Deux", "q=deux")
    with pytest.raises(Conflict), unit_of_work():
        saved.save_search(owner, "Trois", "q=trois")
    with unit_of_work():
        assert saved.save_search(owner, "Autrement", "q=poterie").id == search.id
    assert [one.name for one in saved.saved_searches(owner)] == ["Deux", "Autrement"]
    assert saved.count_of(VISITOR) == 0


def test_a_visitor_is_asked_to_sign_in(client):
    for address in ("/fr/my/searches", "/fr/my/searches/new?q=x", "/fr/my/searches/1"):
        assert client.get(address).status_code in {302, 303}


def test_keep_open_rename_delete(app, search):
    member, other = UserFactory(), UserFactory()
    browser, stranger = signed_in(app, member), signed_in(app, other)
    new = "/fr/my/searches/new"
    assert browser.post(f"{new}?q=poterie", data={"name": "x"}).status_code == 400
    assert submit(browser, f"{new}?q=poterie", name="").status_code == 422
    assert submit(browser, new, name="x").status_code == 422
    answer = submit(browser, f"{new}?q=poterie&kind=topic&nonsense=1", name="La <b>poterie</b>")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/fr/my/searches")
    page = browser.get("/fr/my/searches").get_data(as_text=True)
    assert "La &lt;b&gt;poterie&lt;/b&gt;" in page
    assert 'href="/fr/search?q=poterie&amp;kind=topic"' in page
    (kept,) = saved.saved_searches(member)
    own = f"/fr/my/searches/{kept.id}"
    assert stranger.get(own).status_code == 404
    assert submit(stranger, own, page=f"{new}?q=x", name="x", drop="1").status_code == 404
    assert "poterie" not in stranger.get("/fr/my/searches").get_data(as_text=True)
    assert browser.get(own).status_code == 200
    assert submit(browser, own, name=" ").status_code == 422
    assert submit(browser, own, name="Argile").status_code == 303
    assert "Argile" in browser.get("/fr/my/searches").get_data(as_text=True)
    assert submit(browser, own, name="Argile", drop="1").status_code == 303
    assert browser.get(own).status_code == 404
