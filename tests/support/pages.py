"""Pages as someone without scripts meets them: what a form holds, and sending it filled in."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

JSON = {"Accept": "application/json"}


def page_of(answer: TestResponse) -> Element:
    """The page's tree, parsed as browsers do."""
    tree: Element = html5lib.parse(answer.text, namespaceHTMLElements=False)
    return tree


def fields_of(answer: TestResponse, form: Element | None = None) -> dict[str, str]:
    """What a form would send as it stands; by default the form that has a text, a title or a token of its own."""
    chosen = form if form is not None else writing_form(answer)
    fields: dict[str, str] = {}
    for field in chosen.iter():
        name = field.get("name", "")
        if not name or field.tag == "button":
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            picked = next((one for one in options if one.get("selected") is not None), options[0])
            fields[name] = picked.get("value", "")
        elif field.tag == "textarea":
            fields[name] = "".join(field.itertext())
        elif field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None:
            fields[name] = field.get("value", "")
    fields.pop("mode", None)
    return fields


def writing_form(answer: TestResponse) -> Element:
    """The form in which a text or a title is written."""
    forms = page_of(answer).iter("form")
    return next(form for form in forms if {one.get("name") for one in form.iter()} & {"body", "title"})


def send(client: FlaskClient, url: str, headers: dict[str, str] | None = None, **changes: Any) -> TestResponse:
    """Open a page, fill its form in and send it where it says."""
    opened = client.get(url)
    assert opened.status_code == 200, opened.status
    form = writing_form(opened)
    return client.post(form.get("action") or url, data=fields_of(opened, form) | changes, headers=headers)


def said(answer: TestResponse) -> str:
    """All words of a page, spaces made single."""
    return " ".join("".join(page_of(answer).itertext()).split())


def errors_of(answer: TestResponse) -> list[str]:
    """The refusals beside the fields."""
    found = [one for one in page_of(answer).iter("p") if "error" in (one.get("class") or "").split()]
    return [" ".join("".join(one.itertext()).split()) for one in found]
