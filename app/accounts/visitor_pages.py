"""Whole pages for visitors, kept as bytes and sent again as long as nothing they show has changed.

Members are never sent a kept page. Two visitors get the same page where the address, the language, the theme and light
mode are the same; whoever has more in their session than a token for forms, which no kept page holds, gets a page of
their own. What a page was made of is kept
beside it and compared at each request: by `kept_for_visitors` what is committed (`core.news`), what the operator chose
(`core.options`) and the minute, for what was "2 hours ago", the hour somewhere, a role that ends. What is kept in
memory elsewhere for some time (the vocabularies, the map of members), and an import, which tells nobody, is thus seen
a minute later than without it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Any

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.core import options
from app.core.asking import wants_light
from app.core.db import now
from app.core.i18n import current_lang
from app.core.news import NEVER, news_since

MOST_BYTES = 32_000_000
MOST_CODINGS = 4
LONGEST_QUERY = 200

View = Callable[..., ResponseReturnValue]
Key = tuple[Hashable, ...]


@dataclass
class Page:
    """A page and what it was made of."""

    made_of: Any
    etag: str
    body: bytes
    coded: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """The body as it was compressed for an Accept-Encoding, with the name of the coding."""

    @property
    def size(self) -> int:
        """Bytes it may take at most: compressed four times, it takes no more than once as it is."""
        return 2 * len(self.body)


class Pages:
    """Kept pages by key; the longest unused give way."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Key) -> Page | None:
        """The page under a key, which may be out of date."""
        with self._lock:
            if found := self._pages.get(key):
                self._pages.move_to_end(key)
            return found

    def put(self, key: Key, page: Page) -> None:
        """Keep a page in place of an older one."""
        with self._lock:
            older = self._pages.pop(key, None)
            self._bytes += page.size - (older.size if older else 0)
            self._pages[key] = page
            while self._bytes > MOST_BYTES and len(self._pages) > 1:
                self._bytes -= self._pages.popitem(last=False)[1].size


def pages() -> Pages:
    """What this application keeps."""
    return current_app.extensions.setdefault("visitor_pages", Pages())  # type: ignore[no-any-return]


def key_here(*known: str) -> Key | None:
    """Under what the answer to this request is kept, where all visitors get the same; None where they do not.

    `known` are the parameters of the address that the page looks at: one with others is not kept, for there is no end
    of them.
    """
    query = request.query_string
    is_known = len(query) <= LONGEST_QUERY and set(known).issuperset(request.args)
    if not is_known or isinstance(current_actor(), User) or not _is_bare():
        return None
    theme = request.cookies.get("theme")
    return request.path, query, current_lang(), theme if theme in {"light", "dark"} else "", wants_light()


def kept_for_visitors(*known: str) -> Callable[[View], View]:
    """Keep the page of a view, which looks at these parameters of its address and at nothing that is not committed."""

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(**place: Any) -> ResponseReturnValue:
            key = key_here(*known)
            if key is None:
                return view(**place)
            page = pages().get(key)
            before, *rest = page.made_of if page else (NEVER,)
            mark, is_news = news_since(before)
            now_in_force = [options.stamp(), int(now().timestamp()) // 60]
            if page and not is_news and rest == now_in_force:
                return answer(page)
            return keep(key, (mark, *now_in_force), make_response(view(**place)))

        return shown

    return decorate


def keep(key: Key, made_of: Any, made: Response) -> Response:
    """Keep a page for the next visitor. `made_of` was read before the page was made: what changes meanwhile is seen.

    What is no page, or holds the token of a form, passes as it is.
    """
    if made.status_code != 200 or made.mimetype != "text/html" or "csrf_token" in g or not _is_bare():
        return made
    body = made.get_data()
    page = Page(made_of, blake2b(body, digest_size=12).hexdigest(), body)
    pages().put(key, page)
    return answer(page)


def answer(page: Page) -> Response:
    """A kept page, or 304 for who has it."""
    known = {tag.partition(":")[0] for tag in request.if_none_match.as_set(include_weak=True)}
    if page.etag in known:
        sent = Response(status=304)
    else:
        coding, body = page.coded.get(_accepted(), ("", page.body))
        sent = Response(body, mimetype="text/html")
        if coding:
            sent.headers["Content-Encoding"] = coding
        else:
            g.visitor_page = page
    sent.set_etag(page.etag, weak=True)
    sent.headers["Cache-Control"] = "private, no-cache"
    sent.vary.add("Cookie")
    return sent


def keep_coded(sent: Response) -> Response:
    """Keep a page as it was compressed just now, for who accepts the same."""
    page: Page | None = g.get("visitor_page")
    if page is not None and len(page.coded) < MOST_CODINGS and (coding := sent.headers.get("Content-Encoding")):
        page.coded[_accepted()] = coding, sent.get_data()
    return sent


def _is_bare() -> bool:
    """Whether the session says nothing about who reads: it is empty, or has a token from a form opened before."""
    return set(session) <= {"csrf_token"}


def _accepted() -> str:
    return request.headers.get("Accept-Encoding", "")
