"""The installed application: its manifest, its worker, and what pages tell it of their reader."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from PIL import Image

from app.config import PROJECT
from app.core.i18n import INTERFACE
from tests.factories import PostFactory, UserFactory

LAMP, TOWER = (255, 198, 41), (20, 24, 27)


def file_of(address):
    return (PROJECT / address.removeprefix("/")).read_bytes()


@pytest.mark.parametrize("lang", INTERFACE)
def test_each_language_has_its_manifest(client, lang):
    answer = client.get(f"/{lang}/manifest.webmanifest")
    manifest = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["lang"], manifest["dir"]) == (lang, "rtl" if lang == "ar" else "ltr")
    assert manifest["start_url"] == f"/{lang}/"
    assert manifest["scope"] == manifest["id"] == "/"
    assert f'href="/{lang}/manifest.webmanifest"' in client.get(f"/{lang}/about").text


def test_the_icons_are_drawn_in_their_sizes(client):
    manifest = json.loads(client.get("/fr/manifest.webmanifest").data)
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert {icon["purpose"] for icon in drawn} == {"any", "maskable"}
    for icon in drawn:
        with Image.open(BytesIO(file_of(icon["src"]))) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
            corner = picture.convert("RGBA").getpixel((0, 0))
        assert corner[3] == (255 if icon["purpose"] == "maskable" else 0)
        assert {LAMP, TOWER} <= colours
    assert file_of(manifest["icons"][0]["src"]).startswith(b"<svg")


def test_the_worker_lies_at_the_root_and_names_files_that_are_there(client):
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "manifest-src 'self'" in answer.headers["Content-Security-Policy"]
    shell = json.loads(re.match(r"self\.SHELL=(\{.*?\});\n", answer.text)[1])
    assert len(shell["files"]) > 5
    for address in shell["files"]:
        assert file_of(address)
        assert re.search(r"\.[0-9A-Za-z]{8,}\.(js|css|svg)$", address)


def test_the_offline_page_is_nobodys(app, client):
    page = client.get("/ar/offline")
    assert page.status_code == 200
    assert 'data-behaviour="kept-topics"' in page.text
    assert page.headers["Beffroi-Reader"] == "visitor"


def test_each_sign_in_is_another_reader_and_a_shared_computer_none(app, sign_in):
    one, other = UserFactory(), UserFactory()
    devices = [sign_in(app.test_client(), member) for member in (one, one, other)]
    readers = {device.get("/fr/about").headers["Beffroi-Reader"] for device in devices}
    assert len(readers) == 3
    assert not any(str(one.id) == reader or one.public_id in reader for reader in readers)
    again = {devices[0].get("/fr/about").headers["Beffroi-Reader"] for _ in range(2)}
    assert len(again) == 1
    shared = sign_in(app.test_client(), one, is_shared_device=True).get("/fr/about")
    assert shared.headers["Beffroi-Reader"] == "none"
    assert shared.cache_control.no_store
    assert app.test_client().get("/fr/about").headers["Beffroi-Reader"] == "visitor"


def test_topics_are_kept_and_nothing_else(app, client, sign_in):
    post = PostFactory()
    address = client.get(f"/fr/topics/{post.topic.public_id}").headers["Location"]
    for reader in (client, client, sign_in(app.test_client(), UserFactory())):
        assert reader.get(address).headers["Beffroi-Keep"] == "topic"
    for other in ("/fr/latest", f"{address}?page=9", "/fr/nowhere"):
        assert "Beffroi-Keep" not in client.get(other).headers


def test_a_page_says_who_reads_it_to_its_scripts(app, client, sign_in):
    member = UserFactory()
    assert f'data-member="{member.public_id}"' in sign_in(app.test_client(), member).get("/fr/about").text
    assert "data-member" not in client.get("/fr/about").text
