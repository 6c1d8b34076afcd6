"""Markdown to HTML that is safe to store: what CommonMark and its extras make, and what nobody can make of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from app.core.markdown import cited, plain, render

POST = "01hq3v9c5e8m2kqz7w4x6y0tba"

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<a href='javascript:alert(1)'>x</a>",
    "<form action=//evil.example><input name=csrf_token><button>ok</button></form>",
    "<style>body{display:none}</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<details open ontoggle=alert(1)>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<p id=content class=composer data-behaviour=composer>x</p>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/1)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    '![x" onerror="alert(1)](https://example.org/x.png)',
    '![x](https://example.org/x.png"onerror="alert(1))',
    '[x](https://example.org "title" onmouseover="alert(1)")',
    "[x](https://example.org/'onclick='alert(1))",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> | b |\n| - | :-: |\n| <img src=x onerror=alert(1)> | [x](javascript:alert(1)) |",
    "- [ ] <script>alert(1)</script>",
    "- [x] [x](javascript:alert(1))",
    '> [post:01hq3v9c5e8m2kqz7w4x6y0tba"><script>alert(1)</script>]\n> x',
    "> [post:<img src=x onerror=alert(1)>]",
    "<cite data-post='01hq3v9c5e8m2kqz7w4x6y0tba'></cite>",
    "~~<script>alert(1)</script>~~",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "https://example.org/<script>alert(1)</script>",
    'https://example.org/"onmouseover="alert(1)',
    "\x00<script\x00>alert(1)</script>",
    '<a href="jav&#x0A;ascript:alert(1)">x</a>',
]
TAGS = {
    "a", "blockquote", "br", "cite", "code", "del", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "rel", "data-post", "start", "class", "scope", "tabindex"}
CLASSES = {"scroll", "side-start", "side-mid", "side-end", "task-list-item", "contains-task-list"}


class Read(HTMLParser):
    """Collects what a browser would make of the result."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_typed_becomes_active(attack):
    read = Read(render(attack))
    assert read.tags <= TAGS
    for name, value in read.attributes:
        assert name in ATTRIBUTES, (name, value)
        if name == "href":
            assert re.match(r"(https?:|mailto:|tel:|/|#|[^:]*$)", value), value
        if name == "class":
            assert set(value.split()) <= CLASSES, value


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_inside_a_quotation_or_a_list_is_no_safer(attack):
    for wrapped in (f"> {attack}", f"- {attack}", f"> > {attack}", f"1. > {attack}", f"# {attack}"):
        read = Read(render(wrapped))
        assert read.tags <= TAGS
        assert not [name for name, _value in read.attributes if name.startswith("on") or name in {"style", "src", "id"}]


def test_typed_html_is_shown_as_it_was_typed():
    assert plain(render("Écrivez <b>gras</b> & <i>x</i>")) == "Écrivez <b>gras</b> & <i>x</i>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**gras** et *penché*", "<p><strong>gras</strong> et <em>penché</em></p>\n"),
        ("~~plus cher~~", "<p><del>plus cher</del></p>\n"),
        ("une\nligne", "<p>une<br>\nligne</p>\n"),
        ("# Titre", "<h3>Titre</h3>\n"),
        ("###### Titre", "<h6>Titre</h6>\n"),
        ("---", "<hr>\n"),
        ("3. trois\n4. quatre", '<ol start="3">\n<li>trois</li>\n<li>quatre</li>\n</ol>\n'),
        ("`a<b`", "<p><code>a&lt;b</code></p>\n"),
        (
            "[Lens](https://lens.example/é)",
            '<p><a href="https://lens.example/%C3%A9" rel="nofollow ugc noopener">Lens</a></p>\n',
        ),
    ],
)
def test_commonmark(text, html):
    assert render(text) == html


def test_tables_scroll_by_themselves_and_say_their_headers():
    html = render("| Quartier | Loyer |\n| :- | -: |\n| Guet Ndar | 60 € |")
    assert html.startswith('<div class="scroll" tabindex="0"><table>')
    assert (
        '<th scope="col" class="side-start">Quartier</th>' in html
        or '<th class="side-start" scope="col">Quartier</th>' in html
    )
    assert '<td class="side-end">60 €</td>' in html


def test_task_lists_are_signs_and_no_controls():
    html = render("- [x] réserver\n- [ ] payer")
    assert "☑ réserver" in html
    assert "☐ payer" in html
    assert "<input" not in html


@pytest.mark.parametrize("text", ["https://example.org/a?b=c&d=e", "<https://example.org/a?b=c&d=e>"])
def test_bare_addresses_are_links_that_search_engines_do_not_follow(text):
    html = render(text)
    assert 'href="https://example.org/a?b=c&amp;d=e"' in html
    assert 'rel="nofollow ugc noopener"' in html


def test_images_of_other_sites_are_links():
    html = render("![Le pont](https://example.org/pont.jpg)")
    assert html == '<p><a href="https://example.org/pont.jpg" rel="nofollow ugc noopener">Le pont</a></p>\n'


def test_a_quotation_keeps_the_place_of_who_is_cited():
    html = render(f"> [post:{POST}]\n> Qui a **déjà** loué ?\n\nMoi.")
    assert cited(html) == [POST]
    assert f'<cite data-post="{POST}"></cite>' in html
    assert "<strong>déjà</strong>" in html
    assert f"[post:{POST}]" not in plain(html)


@pytest.mark.parametrize(
    "text", [f"[post:{POST}]", f"- [post:{POST}]", "> [post:trop-court]\n> x", f"> avant [post:{POST}]"]
)
def test_only_the_first_line_of_a_quotation_cites(text):
    assert cited(render(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "> " * 2_000 + "x",
        "- " * 2_000 + "x",
        "[" * 5_000 + "x" + "]" * 5_000,
        "*" * 10_000 + "a" + "*" * 9_000,
        "`" * 9_999 + "a" + "`" * 9_998,
        "| a " * 2_000 + "|\n" + "| - " * 2_000 + "|\n" + "| b " * 500 + "|",
        ("|a" * 60 + "|\n") + ("|-" * 60 + "|\n") + ("|b" * 60 + "|\n") * 150,
        "![" * 4_000,
        "a@" * 8_000,
        "http://" * 2_500,
        "&" * 20_000,
        "<" * 20_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_texts_take_no_longer_than_honest_ones(text):
    import time

    begun = time.perf_counter()
    html = render(text[:20_000])
    assert time.perf_counter() - begun < 3
    assert len(html) < 2_000_000
