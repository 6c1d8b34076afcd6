"""The form that asks without signs: what it asks for, and how a query looks in it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from app.search.building import Parts, composed, taken_apart


@pytest.mark.parametrize(
    ("parts", "typed"),
    [
        (Parts(), ""),
        (Parts(every="poterie safi"), "poterie safi"),
        (Parts(phrase='colline "des" potiers'), '"colline des potiers"'),
        (Parts(some="argile terre"), "argile OR terre"),
        (Parts(some='argile "terre cuite"'), 'argile OR "terre cuite"'),
        (Parts(none='stage "deux mains" -x'), '-stage -"deux mains" -x'),
        (Parts(author="@helene, amine"), "author:helene,amine"),
        (Parts(space="ateliers", lang="fr", kind="topic", mark="open"), "in:ateliers lang:fr kind:topic is:open"),
        (Parts(since="2026-05-01", until="2026-05-31"), "from:2026-05-01 before:2026-06-01"),
        (Parts(until="2026"), "before:2027"),
        (Parts(until="2026-12"), "before:2027-01"),
        (Parts(until="hier"), "before:hier"),
        (Parts(until="9999"), "before:9999"),
    ],
)
def test_the_form_as_a_query(parts, typed):
    assert composed(parts) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "poterie safi",
        'poterie "colline des potiers" argile OR terre -stage author:helene in:ateliers lang:fr kind:post is:open',
        "poterie from:2026-05-01 before:2026-06-01",
        'a OR b c OR d "e f" "g h" tag:argile -lang:fr lang:ar,fr from:hier',
    ],
)
def test_a_query_in_the_form_asks_for_the_same(typed):
    again = composed(taken_apart(typed))
    assert sorted(again.split()) == sorted(typed.split())
    assert sorted(composed(taken_apart(again)).split()) == sorted(typed.split())


def test_the_form_leads_to_the_results(client):
    answer = client.get(
        "/fr/search/build?all=poterie&any=a+b&none=c&by=helene&from=2026-01-01&to=2026-01-31&sort=active"
    )
    where = urlsplit(answer.headers["Location"])
    assert (answer.status_code, where.path) == (302, "/fr/search")
    typed = "poterie a OR b -c author:helene from:2026-01-01 before:2026-02-01"
    assert parse_qs(where.query) == {"q": [typed], "sort": ["active"]}


def test_an_empty_form_leads_to_the_empty_page(client):
    assert client.get("/fr/search/build").headers["Location"] == "/fr/search"
