"""What people type, and what programs send in their place."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient

from app.core.markdown import render
from app.core.typed import one_line
from tests.factories import PostFactory

HUGE = "9" * 40


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Awa   Diop ", "Awa Diop"),
        ("Awa\u202egro.elpmaxe", "Awagro.elpmaxe"),
        ("ad\u200bmin\u2066", "admin"),
        ("a\x00b\x07", "ab"),
        ("e\u0301t\u00e9", "été"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u200f1",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u200f1",
        ),
    ],
)
def test_a_name_hides_nothing_and_turns_nothing_around(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


ODD = [
    "/fr/search?q=a%00b", "/fr/latest?tag=%00", "/fr/latest?%00=1", "/fr/members/a%00b", "/fr/spaces/%00",
    "/fr/posts/%00", "/fr/login?next=/%00",
]  # fmt: skip
NUMBERS = [
    f"/fr/search?q=a&page={HUGE}", f"/fr/search?q=a&space={HUGE}", f"/fr/search?q=in:{HUGE}",
    f"/fr/latest?after=abc-{'z' * 30}", "/fr/latest?after=-", f"/fr/latest?after={'z' * 30}-1",
    f"/sitemap-topics-{HUGE}.xml", "/sitemap-topics-999999999999.xml", "/fr/latest?view=%ff%fe&lang=%C3",
    f"/fr/account/sessions/{HUGE}/end", "/fr/search?q=%F0%28%8C%28", f"/fr/fragments/posts/x/{HUGE}",
    "/static/../pyproject.toml", "/static/..%2f..%2fpyproject.toml", "/files/..%2f..%2fbeffroi.db",
]  # fmt: skip


@pytest.mark.parametrize("address", ODD)
def test_a_nul_is_refused_before_any_database(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 422


def test_a_nul_in_a_form_is_refused(client: FlaskClient) -> None:
    assert client.post("/fr/login", data={"identity": "a\x00b@example.org"}).status_code == 422


@pytest.mark.parametrize("address", NUMBERS)
def test_what_no_page_asks_for_breaks_nothing(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in {200, 404, 405}


@pytest.mark.parametrize(
    "tail", [f"at/{HUGE}", f"at?number={HUGE}", f"x?page={HUGE}", "on/0001-01-01", "on/9999-12-31"]
)
def test_odd_places_in_a_topic_lead_into_it_or_nowhere(client: FlaskClient, tail: str) -> None:
    post = PostFactory()
    assert client.get(f"/fr/topics/{post.topic.public_id}/{tail}").status_code in {302, 404}


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "[a](", "*", "**a *", "> ", ">", "`", "|", "<", "&", "- ", "a@", "www.", "\\", "[a](<", "***a", "~~a"],
)
def test_no_text_is_dear_to_render(piece: str) -> None:
    assert _cost(piece * (20_000 // len(piece))) < 1.5


def test_no_table_grows_out_of_a_few_signs() -> None:
    wide = "|a" * 3000 + "\n" + "|-" * 3000 + "\n" + "|x\n" * 2600
    long = "|" * 100 + "\n|" + "-|" * 99 + "\n" + "|\n" * 9000
    for text in (wide, long):
        assert _cost(text) < 1.5
        assert len(render(text)) < 100_000
    assert "<table>" in render("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 500)


def _cost(text: str) -> float:
    """Seconds of processor time."""
    started = time.thread_time()
    render(text)
    return time.thread_time() - started
