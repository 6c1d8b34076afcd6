"""Settings in the browser: every kind of option, refusals beside the field, the log, taking back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.changing import change_options, get_change, shown_value, undo_change
from app.administration.option_form import groups, options_of
from app.core import options
from app.core.db import db
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.options import OptionChange
from tests.administration.desk import SignIn, at_desk, send
from tests.factories import UserFactory
from tests.support.html import Page

PAGE = "/fr/administration/settings"


def fields(client: object, group: str = "site") -> dict[str, object]:
    """What the form of a group holds."""
    page = Page(client.get(f"{PAGE}/{group}").text)  # type: ignore[attr-defined]
    found: dict[str, object] = {}
    for field in page.all("input"):
        name, kind = field.get("name", ""), field.get("type")
        if "__" in name and (kind != "checkbox" or field.get("checked") is not None):
            found.setdefault(name, [])
            found[name].append(field.get("value", ""))  # type: ignore[attr-defined]
    for area in page.all("textarea"):
        found[area.get("name", "")] = [area.text or ""]
    for select_ in page.all("select"):
        chosen = [one.get("value", "") for one in select_.iter("option") if one.get("selected") is not None]
        found[select_.get("name", "")] = chosen
    return found


def changes() -> list[OptionChange]:
    return list(db.session.scalars(select(OptionChange).order_by(OptionChange.id)))


def test_only_administrators_change_options(app: Flask) -> None:
    with pytest.raises(NotAllowed), unit_of_work():
        change_options(UserFactory(role="staff"), {"site.name": "Autre"})
    with pytest.raises(NotFound), unit_of_work():
        change_options(UserFactory(role="administrator"), {"site.nothing": "Autre"})


def test_every_option_has_a_page_and_is_saved_as_it_stands(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    for group in groups():
        assert options_of(group)
        before = {option.name: options.value(option.name) for option in options_of(group)}
        answer = send(client, f"{PAGE}/{group}", **fields(client, group))
        assert answer.status_code == 303, group
        assert {option.name: options.value(option.name) for option in options_of(group)} == before, group
    assert changes() == []
    assert client.get(f"{PAGE}/nothing").status_code == 404


def test_a_change_is_logged_shown_and_taken_back(app: Flask, sign_in: SignIn) -> None:
    client, admin = at_desk(app, sign_in)
    answer = send(client, PAGE, **fields(client) | {"site__name": "Le Beffroi", "site__languages": ["fr", "ar"]})
    assert answer.status_code == 303
    assert "Le Beffroi" in client.get("/fr/").text
    assert client.get("/vi/about").location == "/fr/about"
    name, languages = changes()
    assert (name.name, name.after, name.actor_id) == ("site.name", "Le Beffroi", admin.id)
    assert languages.after == ["fr", "ar"]
    log = client.get("/fr/administration/settings-log").text
    assert "Le Beffroi" in log
    send(client, f"/fr/administration/settings-log/{languages.id}/undo", "/fr/administration/settings-log")
    assert client.get("/vi/about").status_code == 200


def test_what_was_changed_again_since_is_not_taken_back(app: Flask) -> None:
    admin = UserFactory(role="administrator")
    for name in ("Un", "Deux"):
        with unit_of_work():
            change_options(admin, {"site.name": name})
    first, second = changes()
    with pytest.raises(Conflict), unit_of_work():
        undo_change(admin, first)
    with pytest.raises(NotAllowed), unit_of_work():
        undo_change(UserFactory(role="staff"), second)
    with unit_of_work():
        undo_change(admin, get_change(second.id))
    assert options.value("site.name") == "Un"
    with pytest.raises(NotFound):
        get_change(99)


def test_wrong_values_are_refused_beside_their_field_and_nothing_is_saved(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    wrong = fields(client, "trust") | {"site__human_seconds": "99999", "moderation__visitors_report": []}
    answer = send(client, f"{PAGE}/trust", **wrong)
    assert answer.status_code == 422
    assert Page(answer.text).one("p", id="site__human_seconds-error") is not None
    assert 'value="99999"' in answer.text
    assert changes() == []
    answer = send(client, PAGE, **fields(client) | {"site__language": "xx"})
    assert answer.status_code == 422
    answer = send(client, PAGE, **fields(client) | {"site__name": "x" * 61})
    assert answer.status_code == 422


def test_a_secret_is_kept_and_shown_nowhere(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    answer = send(client, f"{PAGE}/mail", **fields(client, "mail") | {"mail__password": "tres secret"})
    assert answer.status_code == 303
    assert options.value("mail.password") == "tres secret"
    (change,) = changes()
    assert (change.before, change.after) == (False, True)
    assert shown_value(options.option("mail.password"), change.after)
    for page in (f"{PAGE}/mail", "/fr/administration/settings-log"):
        assert "tres secret" not in client.get(page).text
    assert send(client, f"{PAGE}/mail", **fields(client, "mail")).status_code == 303
    assert options.value("mail.password") == "tres secret"
    with pytest.raises(Conflict), unit_of_work():
        undo_change(UserFactory(role="administrator"), change)


def test_values_are_shown_in_words(app: Flask) -> None:
    assert shown_value(options.option("site.languages"), ["fr", "ar"]) == "français, العربية"
    assert shown_value(options.option("site.name"), "")
    assert shown_value(None, {"fr": "Bonjour"}) == "fr: Bonjour"
    yes, no = (shown_value(options.option("moderation.visitors_report"), value) for value in (True, False))
    assert yes != no
    assert shown_value(None, 5) == "5"
