"""What members say, and how it is searched for through the page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import urlencode

import html5lib
import pytest
from flask import Flask

from app.accounts import services as accounts
from app.accounts.drafts import SessionDraft
from app.accounts.models import User
from app.accounts.sessions import KEY, digest, new_token
from app.core.consumers import catch_up, consumers
from app.core.events import unit_of_work
from app.forum import services
from app.forum.drafts import TopicDraft, draft_post
from app.forum.models import Category, Post, Topic
from app.search.index import CONSUMER

_tokens = count()


def open_topic(author: User, category: Category, title: str, body: str, *tags: str) -> Topic:
    """A topic in French as a member opens it."""
    draft = TopicDraft(title, "discussion", tags, draft_post(body, "fr", f"search-{next(_tokens)}"))
    with unit_of_work():
        return services.open_topic(author, category, draft)


def reply(author: User, topic: Topic, body: str, lang: str = "fr") -> Post:
    """A reply as a member writes it."""
    draft = draft_post(body, lang, f"search-{next(_tokens)}")
    with unit_of_work():
        return services.reply(author, topic, draft)


def signed_in(app: Flask, member: User) -> Any:
    """A browser of the member's, signed in without going through the door."""
    browser, token = app.test_client(), new_token()
    with unit_of_work():
        accounts.open_session(member, SessionDraft(digest(token), False, "Firefox", "192.0.2.0"))
    with browser.session_transaction() as session:
        session.update({KEY: token, "_fresh": True})
    return browser


@pytest.fixture
def index_now(app: Flask) -> Callable[[], int]:
    """Lets the indexer alone read the log."""
    (indexer,) = [consumer for consumer in consumers if consumer.name == CONSUMER]
    return lambda: catch_up(indexer)


class Page:
    """The search page as a reader gets it."""

    def __init__(self, client: Any, address: str) -> None:
        self.response = client.get(address)
        self.text: str = self.response.get_data(as_text=True)
        self.tree = html5lib.parse(self.text, treebuilder="etree", namespaceHTMLElements=False)

    def all(self, path: str) -> list[Any]:
        """Elements of an XPath."""
        return list(self.tree.findall(f".//{path}"))

    def texts(self, path: str) -> list[str]:
        """Their texts, spaces folded."""
        return [" ".join("".join(each.itertext()).split()) for each in self.all(path)]

    @property
    def titles(self) -> list[str]:
        """Titles of the hits in order."""
        return self.texts("li[@class='hit']/h3")

    @property
    def words(self) -> list[str]:
        """Excerpts of the hits in order."""
        return self.texts("p[@class='words']")

    @property
    def marks(self) -> list[str]:
        """Highlighted words."""
        return self.texts("mark")

    @property
    def tabs(self) -> dict[str, int]:
        """Kinds and their counts."""
        tabs = (text.rpartition(" ") for text in self.texts("nav[@class='tabs']/a"))
        return {label: int(number) for label, _, number in tabs}

    @property
    def choices(self) -> dict[str, int]:
        """Values of the facets and their counts."""
        found = {}
        for label in self.all("label[@class='choice']"):
            spans = ["".join(span.itertext()) for span in label.findall("span")]
            if len(spans) == 2:
                found[spans[0]] = int(spans[1])
        return found

    def link(self, label: str) -> str:
        """The address behind a link whose text begins like this."""
        links = [a for a in self.all("a") if " ".join("".join(a.itertext()).split()).startswith(label)]
        return str(links[0].get("href"))


@pytest.fixture
def search(client: Any) -> Callable[..., Page]:
    """`search("potier")`, `search("potier", as_client, lang="ar", kind="topic")`."""

    def search(words: str, browser: Any = None, lang: str = "fr", **query: Any) -> Page:
        return Page(browser or client, f"/{lang}/search?{urlencode({'q': words} | query, doseq=True)}")

    return search
