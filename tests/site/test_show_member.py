"""The card of a member."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.core import db as database
from app.site.faces import initials, tone
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.html import Page, words


def test_a_card_says_who_where_and_what(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "clock", lambda: datetime(2027, 2, 20, 17, 42, tzinfo=UTC))
    member = UserFactory(
        display_name="Maëlle Vandecasteele", handle="maelle", country="SN", timezone="Africa/Dakar", name_lang="fr",
        content_langs=["fr", "ar"], presentation="Biologiste marine.\nTrois ans sur place.", role="moderator",
    )  # fmt: skip
    PostFactory(author=member, topic=TopicFactory(title="Préparer un stage", lang="fr"))
    page = Page(client.get("/en/members/maelle").text)
    assert words(page.one("h1")) == "Maëlle Vandecasteele"
    assert page.one("h1").find("bdi").get("lang") == "fr"
    facts = {words(row.find("dt")): words(row.find("dd")) for row in page.one("dl", class_="facts")}
    assert facts == {
        "Role": "Moderator", "Lives in": "Senegal", "Time there": "17:42",
        "Speaks": "French, Arabic", "Here since": "February 2027",
    }  # fmt: skip
    assert [words(line) for line in page.one("div", class_="words")] == ["Biologiste marine.", "Trois ans sur place."]
    assert "Préparer un stage" in words(page.one("ul", class_="rows"))


@pytest.mark.parametrize("status", ["pending", "suspended", "closed", "anonymised"])
def test_only_active_members_have_a_card(client: FlaskClient, status: str) -> None:
    UserFactory(handle="gone", status=status)
    assert client.get("/fr/members/gone").status_code == 404
    assert client.get("/fr/members/nobody").status_code == 404


def test_a_card_lists_only_what_the_reader_may_read(client: FlaskClient, sign_in) -> None:
    member = UserFactory(handle="maelle")
    kept = CategoryFactory(space=SpaceFactory(visibility="members"))
    PostFactory(author=member, topic=TopicFactory(category=kept, title="Between members"))
    PostFactory(author=member, topic=TopicFactory(title="Hidden topic", state="hidden"))
    PostFactory(author=member, topic=TopicFactory(title="Withdrawn"), state="deleted_by_author")
    text = client.get("/en/members/maelle").text
    assert "No message that you may read yet." in text
    sign_in(client, UserFactory())
    text = client.get("/en/members/maelle").text
    assert "Between members" in text
    assert "Hidden topic" not in text
    assert "Withdrawn" not in text


def test_a_card_is_paged_without_loss_or_repetition(client: FlaskClient) -> None:
    member = UserFactory(handle="maelle")
    for number in range(23):
        PostFactory(author=member, topic=TopicFactory(title=f"Topic {number:02}"))
    seen: list[str] = []
    address: str | None = "/en/members/maelle"
    while address:
        page = Page(client.get(address).text)
        seen += [words(link) for link in page.one("ul", class_="rows").iter("a")]
        address = next((link.get("href") for link in page.all("a", rel="next")), None)
    assert seen == [f"Topic {number:02}" for number in reversed(range(23))]


@pytest.mark.parametrize(
    ("said", "lang", "direction"), [("Je réponds volontiers.", "fr", None), ("أجيب بكل سرور.", "ar", "rtl")]
)
def test_own_words_are_read_in_the_language_of_their_letters(
    client: FlaskClient, said: str, lang: str, direction: str | None
) -> None:
    UserFactory(handle="salma", name_lang="ar", content_langs=["ar", "fr"], presentation=said)
    own_words = Page(client.get("/en/members/salma").text).one("div", class_="words")
    assert (own_words.get("lang"), own_words.get("dir")) == (lang, direction)


def test_a_wrong_key_is_the_first_page(client: FlaskClient) -> None:
    PostFactory(author=UserFactory(handle="maelle"))
    assert client.get("/en/members/maelle?after=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Linh Phạm Thùy", "LP"),
        ("سلمى بنعمر", "سب"),
        ("d'Artagnan", "D"),
        ("Éloïse", "É"),
        ("(Ana) Bo", "AB"),
        ("!!", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_tones_are_spread_over_members() -> None:
    counts = [sum(tone(member_id) == wanted for member_id in range(1, 601)) for wanted in range(1, 7)]
    assert sum(counts) == 600
    assert min(counts) > 80
