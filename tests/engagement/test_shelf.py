"""Files sent before their text: bombs and what is two things are refused, quotas hold, old ones are swept."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from PIL import Image

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core import options
from app.core.documents import MOST_PARTS
from app.core.errors import Invalid, NotAllowed, NotFound, TooMany
from app.core.events import unit_of_work
from app.core.files import FileStore, LocalFiles, file_store, store_file
from app.core.i18n import speaking
from app.engagement import queries
from app.engagement.jobs import clear_shelves, sweep
from app.engagement.shelf import attach_exactly, check_quota, holders, shelved, sweep_shelves, take_off_shelf
from tests.factories import PostFactory, UserFactory
from tests.forum.files import on_shelf, packed, picture
from tests.support.clock import FrozenClock

ODT = b"application/vnd.oasis.opendocument.text"
WORD = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}


@pytest.fixture
def store(settings) -> LocalFiles:
    return file_store(settings)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb() -> bytes:
    """Fifty thousand by fifty thousand pixels in a few kilobytes."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 2_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def moving_bomb() -> bytes:
    frames = [Image.new("P", (2000, 2000), number) for number in range(8)]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bomb.png", png_bomb(), "too large|cannot be read"),
        ("bomb.gif", moving_bomb(), "too large"),
        ("bomb.docx", packed(WORD | {"word/media/a.bin": b"\x00" * (61 * 1024 * 1024)}), "unpacks to too much"),
        ("many.docx", packed(WORD | {f"{n}.xml": b"" for n in range(MOST_PARTS)}), "unpacks to too much"),
        ("macros.odt", packed({"mimetype": ODT, "Basic/Standard/Module1.xml": b"<x/>"}), "macros"),
        ("torn.odt", packed({"mimetype": ODT, "content.xml": b"<x/>" * 99})[:-30], "not taken"),
        ("page.pdf", b"%PDF-1.7\n<script>alert(1)</script>", "not taken"),
        ("archive.pdf", b"%PDF-1.7\n" + packed({"evil.html": b"<script>"}), "not taken"),
        ("page.csv", b"<!doctype html>,a\n<script>alert(1)</script>", "not taken"),
        ("sound.ogg", b"OggS" + packed({"evil.html": b"x"}), "not taken"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not taken"),
        ("program.png", b"MZ\x90\x00", "not taken"),
    ],
)
def test_bombs_and_what_is_two_things_are_refused_quickly(app: Flask, store: FileStore, name, content, reason) -> None:
    began = time.monotonic()
    with speaking("en"), pytest.raises(Invalid, match=reason):
        store_file(store, name, content)
    assert time.monotonic() - began < 2
    assert list(store.digests(time.time() + 60)) == []


def test_a_document_that_lies_about_its_length_is_refused(app: Flask, store: FileStore) -> None:
    honest = packed(WORD | {"word/media/a.bin": b"\x00" * (1024 * 1024)})
    lying = honest.replace(struct.pack("<I", 1024 * 1024), struct.pack("<I", 1000))
    with pytest.raises(Invalid):
        store_file(store, "lying.docx", lying)


def test_a_picture_keeps_nothing_that_hangs_on_it(app: Flask, store: FileStore) -> None:
    stored = store_file(store, "both.png", picture() + packed({"evil.html": b"<script>alert(1)</script>"}))
    with store.open(stored.sha256) as file:
        assert b"evil.html" not in file.read()


def test_a_picture_is_kept_in_several_sizes(app: Flask, store: FileStore) -> None:
    stored = store_file(store, "wide.jpg", picture("JPEG", (2000, 1000)))
    assert (stored.width, stored.height) == (2000, 1000)
    assert list(stored.sizes) == ["1600", "960", "480"]
    for width, digest in stored.sizes.items():
        with store.open(digest) as file, Image.open(file) as image:
            assert (image.format, image.size) == ("WEBP", (int(width), int(width) // 2))
    assert store_file(store, "small.png", picture()).sizes == {}


def test_documents_lose_the_names_of_people(app: Flask, store: FileStore) -> None:
    core = b"<cp:coreProperties><dc:creator>Jeanne Secret</dc:creator><dc:title>Plan</dc:title></cp:coreProperties>"
    stored = store_file(store, "a.docx", packed(WORD | {"docProps/core.xml": core, "docProps/thumbnail.jpeg": b"x"}))
    with store.open(stored.sha256) as file, ZipFile(file) as kept:
        words = kept.read("docProps/core.xml")
        assert b"Jeanne" not in words
        assert b"<dc:title>Plan</dc:title>" in words
        assert "docProps/thumbnail.jpeg" not in kept.namelist()
    odt = packed({"mimetype": ODT, "meta.xml": b"<meta:initial-creator>Jeanne</meta:initial-creator>"})
    stored = store_file(store, "a.odt", odt)
    with store.open(stored.sha256) as file, ZipFile(file) as kept:
        assert (kept.namelist()[0], kept.read("mimetype")) == ("mimetype", ODT)
        assert b"Jeanne" not in kept.read("meta.xml")


def test_the_shelf_is_its_members_own(actor: User, store: FileStore, client, sign_in) -> None:
    mine = on_shelf(actor, store, b"%PDF-1", "a.pdf")
    other = UserFactory()
    address = f"/files/{mine.public_id}"
    assert client.get(address).status_code == 404
    assert sign_in(client, other).get(address).status_code == 404
    assert sign_in(client, actor).get(address, buffered=True).status_code == 200
    assert shelved(other, [mine.public_id]) == shelved(VISITOR, [mine.public_id]) == []
    assert queries.visible_attachment_ids(other, [mine.id]) == set()
    assert queries.visible_attachment_ids(actor, [mine.id]) == {mine.id}
    with pytest.raises(NotFound), unit_of_work():
        take_off_shelf(other, mine.public_id)
    with unit_of_work():
        take_off_shelf(actor, mine.public_id)
    assert shelved(actor, [mine.public_id]) == []


def test_a_member_sends_so_much_in_a_day(actor: User, store: FileStore, clock: FrozenClock) -> None:
    with pytest.raises(NotAllowed):
        check_quota(VISITOR, 1)
    with unit_of_work():
        options.change(None, "engagement.daily_megabytes", 1)
    on_shelf(actor, store, b"%PDF-1" + b"x" * 700_000, "a.pdf")
    with pytest.raises(TooMany):
        on_shelf(actor, store, b"%PDF-1" + b"y" * 700_000, "b.pdf")
    clock.advance(hours=25)
    assert on_shelf(actor, store, b"%PDF-1" + b"y" * 700_000, "b.pdf").size


def test_what_was_never_published_is_swept_after_a_week(
    actor: User, store: FileStore, clock: FrozenClock, monkeypatch
) -> None:
    left, held = on_shelf(actor, store, picture(size=(600, 20))), on_shelf(actor, store, b"%PDF-1", "a.pdf")
    post = PostFactory(author=actor)
    kept = on_shelf(actor, store, b"%PDF-2", "b.pdf")
    with unit_of_work():
        assert attach_exactly(actor, "post", post.id, {kept.public_id: ""}, "topic:1")
    held_id, kept_id = held.public_id, kept.public_id
    monkeypatch.setattr("app.engagement.shelf.holders", [lambda: {held_id}])
    assert sweep_shelves() == 0
    clock.advance(days=8)
    clear_shelves()
    assert shelved(actor, [left.public_id, held_id, kept_id], ("post", post.id)) == shelved(
        actor, [held_id, kept_id], ("post", post.id)
    )
    assert sweep(store, time.time() + 60) == 2, "the picture and its smaller copy"


def test_drafts_and_edits_that_wait_hold_their_files(app: Flask) -> None:
    assert [holder() for holder in holders] == [set(), set()]


def test_files_are_replaced_as_a_whole(actor: User, store: FileStore) -> None:
    post = PostFactory(author=actor)
    first, image = on_shelf(actor, store, b"%PDF-1", "a.pdf"), on_shelf(actor, store, picture())
    with pytest.raises(Invalid, match="image"), speaking("en"), unit_of_work():
        attach_exactly(actor, "post", post.id, {image.public_id: " "}, "")
    with pytest.raises(Invalid, match="300"), unit_of_work():
        attach_exactly(actor, "post", post.id, {image.public_id: "x" * 301}, "")
    with pytest.raises(Invalid), unit_of_work():
        attach_exactly(actor, "post", post.id, {f"{n:026}": "" for n in range(6)}, "")
    wanted = {first.public_id: "", image.public_id: "Une plage"}
    with unit_of_work():
        assert attach_exactly(actor, "post", post.id, wanted, "")
        assert not attach_exactly(actor, "post", post.id, wanted, "")
        assert attach_exactly(actor, "post", post.id, {image.public_id: "Une plage"}, "")
    (left,) = queries.attachments_of("post", [post.id])[post.id]
    assert (left.public_id, left.alt_text) == (image.public_id, "Une plage")


def test_another_members_file_is_not_taken(actor: User, store: FileStore) -> None:
    post, theirs = PostFactory(author=actor), on_shelf(UserFactory(), store, b"%PDF-1", "a.pdf")
    with unit_of_work():
        assert not attach_exactly(actor, "post", post.id, {theirs.public_id: ""}, "")


def test_small_copies_follow_the_rights_of_the_file(actor: User, store: FileStore, client, sign_in) -> None:
    file = on_shelf(actor, store, picture(size=(1000, 20)))
    assert client.get(f"/files/{file.public_id}/480").status_code == 404
    member = sign_in(client, actor)
    answer = member.get(f"/files/{file.public_id}/480", buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert member.get(f"/files/{file.public_id}/481").status_code == 404


def test_visible_files_are_those_of_visible_subjects(actor: User, store: FileStore) -> None:
    post = PostFactory(author=actor)
    file = on_shelf(actor, store, b"%PDF-1", "a.pdf")
    with unit_of_work():
        attach_exactly(actor, "post", post.id, {file.public_id: ""}, "")
    assert queries.visible_attachment_ids(VISITOR, [file.id]) == {file.id}
    with unit_of_work():
        post.state = "hidden_by_moderator"
    assert queries.visible_attachment_ids(actor, [file.id]) == set()
