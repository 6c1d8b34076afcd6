"""Components: the macros that pages are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string
from wtforms import BooleanField, Form, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.core.i18n import speaking
from tests.factories import UserFactory
from tests.support.html import Page, words

Render = Callable[..., Page]


class SheetForm(Form):
    """One field of each look."""

    city = StringField("City", [InputRequired("Say which city you live in.")])
    motto = StringField("Motto")
    agrees = BooleanField("I agree", [InputRequired("Tick the box.")])
    digest = RadioField("Digest", choices=[SelectChoice("day", "Every day"), SelectChoice("never", "Never")])

    def validate_motto(self, field: StringField) -> None:
        if field.data == "bad":
            raise ValidationError("Another motto, please.")


@pytest.fixture
def render(app: Flask) -> Iterator[Render]:
    """Render a piece of template in English, inside a whole page that the strict parser reads."""

    def rendered(source: str, **context: Any) -> Page:
        whole = f"<!doctype html><title>x</title><body>{source}</body>"
        return Page(render_template_string(whole, **context))

    with app.test_request_context("/en/"), speaking("en"):
        yield rendered


FIELD = '{% from "_components/field.html" import field, choice, choices, error_summary %}'


def test_a_field_says_label_hint_error_then_asks(render: Render) -> None:
    form = SheetForm()
    form.validate()
    page = render(
        FIELD + '{{ field(form.city, hint="Where your point stands.", autocomplete="address-level2") }}', form=form
    )
    box = page.one("div", class_="field")
    assert [child.tag for child in box] == ["label", "p", "p", "input"]
    assert "wrong" in box.get("class", "")
    control = page.one("input")
    assert control.get("aria-describedby") == "city-hint city-error"
    assert control.get("aria-invalid") == "true"
    assert control.get("autocomplete") == "address-level2"
    assert words(page.one("p", id="city-error")) == "Say which city you live in."
    assert page.one("label").get("for") == control.get("id")


def test_a_field_without_fault_is_quiet_and_says_when_it_may_stay_empty(render: Render) -> None:
    page = render(FIELD + "{{ field(form.motto) }}{{ field(form.city) }}", form=SheetForm())
    motto, city = page.all("label")
    assert words(motto) == "Motto (optional)"
    assert words(city) == "City"
    assert not page.all("input", aria_invalid="true")
    assert all(control.get("aria-describedby") is None for control in page.all("input"))


def test_boxes_and_radios(render: Render) -> None:
    form = SheetForm()
    form.validate()
    source = (
        FIELD
        + '{{ choice(form.agrees, hint="Read them first.") }}{{ choices(form.digest, hints={"day": "At seven."}) }}'
    )
    page = render(source, form=form)
    box = page.one("input", type="checkbox")
    assert box.get("aria-describedby") == "agrees-error"
    assert words(page.one("p", id="agrees-error")) == "Tick the box."
    group = page.one("fieldset")
    assert words(next(group.iter("legend"))) == "Digest"
    assert [words(label) for label in group.iter("label")] == ["Every dayAt seven.", "Never"]


def test_the_summary_leads_to_each_wrong_field(render: Render) -> None:
    form = SheetForm(data={"motto": "bad"})
    form.validate()
    page = render(FIELD + "{{ error_summary(form) }}", form=form)
    notice = page.one("div", role="alert")
    assert words(page.one("h2")) == f"{len(form.errors)} points to correct"
    links = {link.get("href"): words(link) for link in notice.iter("a")}
    assert links["#city"] == "Say which city you live in."
    assert links["#motto"] == "Another motto, please."
    assert not render(FIELD + "{{ error_summary(form) }}", form=Form()).all("div")


@pytest.mark.parametrize(
    ("page_number", "last", "shown"),
    [(1, 1, ""), (1, 3, "1 2 3"), (5, 9, "1 … 4 5 6 … 9"), (2, 9, "1 2 3 … 9"), (9, 9, "1 … 8 9")],
)
def test_numbered_pages_show_the_ends_and_the_neighbours(
    render: Render, page_number: int, last: int, shown: str
) -> None:
    source = '{% from "_components/pages.html" import numbered_pages %}{{ numbered_pages(page, last, address) }}'
    page = render(source, page=page_number, last=last, address=lambda n: f"/x?page={n}")
    items = [words(item).removeprefix("Page ") for item in page.all("li")]
    assert " ".join(items) == shown
    current = [words(link) for link in page.all("a", aria_current="page")]
    assert current == ([f"Page {page_number}"] if last > 1 else [])
    assert [link.get("href") for link in page.all("a", rel="prev")] == [f"/x?page={page_number - 1}"] * (
        page_number > 1
    )
    assert [link.get("href") for link in page.all("a", rel="next")] == [f"/x?page={page_number + 1}"] * (
        page_number < last
    )


def test_pages_by_key_go_on_and_back_to_the_start(render: Render) -> None:
    source = '{% from "_components/pages.html" import key_pages %}{{ key_pages(first, next) }}'
    assert [link.get("href") for link in render(source, first="/x", next="/x?after=k").all("a")] == ["/x", "/x?after=k"]
    assert not render(source, first="", next="").all("nav")


@pytest.mark.parametrize(("kind", "tone"), [("success", "good"), ("error", "bad"), ("message", ""), ("live", "live")])
def test_notices_take_the_tone_of_what_they_say(render: Render, kind: str, tone: str) -> None:
    page = render('{% from "_components/notice.html" import notice %}{{ notice("Done.", kind) }}', kind=kind)
    box = page.one("div", class_="notice")
    assert box.get("class") == f"notice {tone}".strip()
    assert words(box) == "Done."


def test_an_emptiness_says_the_fact_and_what_next(render: Render) -> None:
    body = '{% call empty("None.", "Widen.") %}<a href="/">Go</a>{% endcall %}'
    page = render('{% from "_components/empty.html" import empty %}' + body)
    assert (words(page.one("h2")), words(page.one("p", class_="lead")), page.links()) == ("None.", "Widen.", ["/"])


def test_crumbs_say_the_language_of_a_name_that_is_not_the_reader_s(render: Render) -> None:
    source = '{% from "_components/crumbs.html" import crumbs %}{{ crumbs([("/a", "Forum"), ("/b", "الفضاء", "ar")]) }}'
    first, second = render(source).all("a")
    assert first.get("lang") is None
    assert (second.get("lang"), second.get("dir")) == ("ar", "rtl")


def test_names_are_kept_apart_and_the_gone_have_none(render: Render) -> None:
    member = UserFactory(display_name="سلمى", name_lang="ar", handle="salma")
    body = '{{ face(m, "small") }}{{ name(m) }}{{ name_link(m) }}'
    source = '{% from "_components/face.html" import face, name, name_link %}' + body
    page = render(source, m=member)
    assert page.all("bdi", lang="ar")
    assert page.links() == ["/en/members/salma"]
    gone = render(source, m=None)
    assert not gone.links()
    assert "Former member" in words(gone.one("body"))


def test_a_text_says_its_language_in_words(render: Render) -> None:
    body = '{{ lang_tag("vi") }}<p {{ lang_attrs("ar") }}>x</p>'
    page = render('{% from "_components/lang_tag.html" import lang_tag, lang_attrs %}' + body)
    assert words(page.one("span", class_="in-lang")) == "in Vietnamese"
    assert (page.one("p").get("lang"), page.one("p").get("dir")) == ("ar", "rtl")
