"""Settings, devices, and signing them out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.devices import device_name, rough_address
from app.accounts.models import SessionRecord, User
from app.core.db import db
from app.core.events import EventRow
from tests.factories import UserFactory
from tests.support.browser import submit, token_of

PAGES = (
    "/account/",
    "/account/settings",
    "/account/sessions",
    "/account/password",
    "/account/address",
    "/account/verify",
)
SAID = {
    "display_name": "Hoàng Thị Đào", "handle": "dao", "name_lang": "vi", "country": "VN",
    "timezone": "Asia/Ho_Chi_Minh", "presentation": "Xin chào", "ui_lang": "vi", "content_langs": "vi",
    "shows_presence": "y",
}  # fmt: skip


def save(client: FlaskClient, **changes: str) -> object:
    return submit(client, "/en/account/settings", **{key: value for key, value in (SAID | changes).items() if value})


@pytest.mark.parametrize("path", PAGES)
def test_visitors_are_sent_to_sign_in_and_members_see_the_page(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User, path: str
) -> None:
    assert client.get(f"/fr{path}").location.startswith("/fr/login?next=")
    page = sign_in(client, actor).get(f"/fr{path}")
    assert page.status_code == 200
    assert "<h1>" in page.text


@pytest.mark.parametrize("path", ["/us-setup", "/verify"])
def test_pages_of_the_library_that_are_not_used_are_closed(client: FlaskClient, path: str) -> None:
    assert client.get(f"/fr{path}").status_code == 404


def test_settings_are_kept_shown_and_told(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    sign_in(client, actor)
    assert save(client).location == "/vi/account/settings"  # type: ignore[attr-defined]
    db.session.refresh(actor)
    assert (actor.display_name, actor.handle, actor.country, actor.timezone) == (
        "Hoàng Thị Đào",
        "dao",
        "VN",
        "Asia/Ho_Chi_Minh",
    )
    assert (actor.ui_lang, actor.content_langs, actor.shows_presence, actor.version) == ("vi", ["vi"], True, 2)
    assert list(db.session.scalars(select(EventRow.name))) == ["MemberChanged", "SubjectChanged"]
    page = client.get("/vi/account/settings").text
    assert 'value="dao"' in page
    assert '<option selected value="VN">' in page
    assert client.get("/").location == "/vi/"


def test_a_change_only_the_member_sees_is_not_told(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    sign_in(client, actor)
    save(client)
    save(client, shows_presence="", timezone="Europe/Paris", content_langs="")
    db.session.refresh(actor)
    assert (actor.shows_presence, actor.version, actor.content_langs) == (False, 2, ["vi"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("handle", "no"), ("handle", "Été!"), ("handle", "taken"), ("display_name", ""), ("country", "QQ"),
        ("timezone", "Mars/Base"), ("ui_lang", "tlh"), ("presentation", "x" * 501), ("content_langs", "tlh"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_shown_beside_its_field(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User, field: str, value: str
) -> None:
    UserFactory(handle="taken")
    page = save(sign_in(client, actor), **{field: value})
    assert page.status_code == 200  # type: ignore[attr-defined]
    assert f'id="{field}-error"' in page.text  # type: ignore[attr-defined]
    db.session.refresh(actor)
    assert actor.version == 1


def test_devices_are_listed_and_signed_out_one_by_one(
    app: Flask, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    phone, desk, stranger = (app.test_client() for _ in range(3))
    sign_in(phone, actor), sign_in(desk, actor), sign_in(stranger, UserFactory())
    records = db.session.scalars(select(SessionRecord).order_by(SessionRecord.id)).all()
    page = desk.get("/en/account/sessions")
    assert page.text.count('/end"') == 2
    assert page.text.count("This device") == 1
    token = token_of(page)
    foreign = desk.post(f"/en/account/sessions/{records[2].id}/end", data={"csrf_token": token})
    assert foreign.status_code == 404
    desk.post(f"/en/account/sessions/{records[0].id}/end", data={"csrf_token": token})
    assert phone.get("/en/account/").status_code == 302
    assert desk.get("/en/account/").status_code == 200
    assert desk.post(f"/en/account/sessions/{records[1].id}/end", data={"csrf_token": token}).location == "/en/"
    assert desk.get("/en/account/").status_code == 302
    assert stranger.get("/en/account/").status_code == 200


def test_signing_out_everywhere_reaches_the_other_device_at_its_next_request(
    app: Flask, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    phone, desk = app.test_client(), app.test_client()
    sign_in(phone, actor), sign_in(desk, actor)
    token = token_of(desk.get("/fr/account/sessions"))
    assert desk.post("/fr/account/sessions/end-all", data={"csrf_token": token}).location == "/fr/login"
    assert [device.get("/fr/account/").status_code for device in (phone, desk)] == [302, 302]
    told = db.session.scalars(select(EventRow).where(EventRow.name == "SignedOut")).all()
    assert len({row.data["session_id"] for row in told}) == 2


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_devices_have_names_people_know(agent: str, name: str) -> None:
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("address", "rough"), [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2::3", "2001:db8:1::"), ("not one", "")]
)
def test_addresses_are_kept_no_more_exact_than_needed(address: str, rough: str) -> None:
    assert rough_address(address) == rough
