"""Files: known by their bytes, kept once, cleaned of what the camera noted, given to who may read their subject."""

from __future__ import annotations

import time
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from app.accounts.actor import VISITOR
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.files import LARGEST, LocalFiles, file_store, sniff, store_file
from app.engagement import queries, services
from app.engagement.events import FilesChanged
from app.engagement.jobs import sweep
from tests.factories import SpaceFactory, UserFactory


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **options)
    return written.getvalue()


def camera_picture() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Jeanne Secret"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def packed(names: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return written.getvalue()


ODT = packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})
DOCX = packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
MACROS = packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", "word/vbaProject.bin": b"!"})


@pytest.fixture
def store(settings):
    return file_store(settings)


@pytest.mark.parametrize(
    ("content", "name", "wanted"),
    [
        (picture("PNG"), "photo.exe", "image/png"),
        (picture("GIF"), "", "image/gif"),
        (picture("WEBP"), "", "image/webp"),
        (b"%PDF-1.7 ...", "a.txt", "application/pdf"),
        (b"OggS....", "", "audio/ogg"),
        (ODT, "", "application/vnd.oasis.opendocument.text"),
        (DOCX, "x.zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"ville;habitants\nLens;32000\n", "Villes.CSV", "text/csv"),
        (MACROS, "macro.docx", None),
        (packed({"a.txt": b"a"}), "a.docx", None),
        (b"PK\x03\x04 torn", "a.odt", None),
        (b"<html><script>alert(1)</script>", "page.pdf", None),
        (b"ville;habitants", "villes.txt", "text/plain"),
        (b"\xff\xfe;\x00", "villes.csv", None),
        (b"one word", "villes.csv", None),
        (b"<svg onload='alert(1)'/>", "a.svg", None),
    ],
)
def test_bytes_say_what_a_file_is(content, name, wanted):
    assert sniff(content, name) == wanted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * LARGEST, "10 MB"),
        (b"MZ executable", "not taken"),
        (picture()[:60], "cannot be read"),
        (picture("PNG", (8000, 6000)), "too large"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_reason(app, store, content, reason):
    from app.core.i18n import speaking

    with speaking("en"), pytest.raises(Invalid, match=reason):
        store_file(store, "x", content)


def test_pictures_lose_what_the_camera_noted_and_stand_upright(app, store):
    stored = store_file(store, "plage.jpeg", camera_picture())
    with store.open(stored.sha256) as file:
        content = file.read()
    assert b"Jeanne" not in content
    with Image.open(BytesIO(content)) as image:
        assert (image.size, dict(image.getexif())) == ((20, 40), {})
    assert (stored.name, stored.media_type, stored.is_image) == ("plage.jpeg", "image/jpeg", True)


def test_animations_keep_moving_and_large_pictures_shrink(app, store):
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=70, comment=b"Jeanne Secret")
    stored = store_file(store, "a.gif", written.getvalue())
    with store.open(stored.sha256) as file, Image.open(file) as image:
        assert image.n_frames == 2
        assert "comment" not in image.info
    wide = store_file(store, "b.png", picture("PNG", (5000, 10)))
    with store.open(wide.sha256) as file, Image.open(file) as image:
        assert image.size[0] == 4096


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\note.pdf", "note.pdf"),
        ("évaluation.exe", "évaluation.pdf"),
        ("gpj\u202efdp.pdf", "gpjfdp.pdf"),
        ("", "file.pdf"),
    ],
)
def test_names_are_made_harmless(app, store, name, wanted):
    assert store_file(store, name, b"%PDF-1.4").name == wanted


def test_the_same_bytes_are_kept_once(app, store: LocalFiles, settings):
    first, second = store_file(store, "a.pdf", b"%PDF-1"), store_file(store, "b.pdf", b"%PDF-1")
    assert first.sha256 == second.sha256
    assert len([path for path in (settings.var / "files").rglob("*") if path.is_file()]) == 1
    store.delete(first.sha256)
    store.delete(first.sha256)
    with pytest.raises(FileNotFoundError):
        store.open(first.sha256)


def attach(actor, post, stored, alt_text=""):
    with unit_of_work():
        return services.attach(actor, "post", post.id, stored, alt_text)


def test_an_author_attaches_up_to_five_files(post, store, logged):
    stored = store_file(store, "a.pdf", b"%PDF-1")
    for stranger in (VISITOR, UserFactory()):
        with pytest.raises(NotAllowed):
            attach(stranger, post, stored)
    for _ in range(5):
        attach(post.author, post, stored)
    with pytest.raises(Conflict, match="five"):
        attach(post.author, post, stored)
    assert len(queries.attachments_of("post", [post.id])[post.id]) == 5
    assert {event.room for event in logged(FilesChanged)} == {f"topic:{post.topic_id}"}


def test_an_image_needs_words(post, store):
    stored = store_file(store, "a.png", picture("PNG"))
    with pytest.raises(Invalid, match="few words"):
        attach(post.author, post, stored, "  ")
    assert attach(post.author, post, stored, " Une plage ").alt_text == "Une plage"


def test_a_file_goes_with_who_may_edit(post, store):
    attachment = attach(post.author, post, store_file(store, "a.pdf", b"%PDF-1"))
    with pytest.raises(NotAllowed), unit_of_work():
        services.detach(UserFactory(), attachment)
    with unit_of_work():
        services.detach(post.author, attachment)
    assert queries.attachments_of("post", [post.id]) == {}
    with pytest.raises(NotFound):
        queries.get_attachment(post.author, attachment.public_id)


def test_downloads_are_saved_and_images_shown(post, store, client):
    pdf = attach(post.author, post, store_file(store, "ordre du jour.pdf", b"%PDF-1"))
    answer = client.get(f"/files/{pdf.public_id}", buffered=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ordre du jour.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.cache_control.private
    again = client.get(f"/files/{pdf.public_id}", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert again.status_code == 304
    image = attach(post.author, post, store_file(store, "a.png", picture("PNG")), "Une plage")
    shown = client.get(f"/files/{image.public_id}", buffered=True)
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.content_type == "image/png"


def test_downloads_follow_the_rights_of_their_subject(post, store, client, sign_in):
    attachment = attach(post.author, post, store_file(store, "a.pdf", b"%PDF-1"))
    address = f"/files/{attachment.public_id}"
    with unit_of_work():
        post.topic.category.space = SpaceFactory(visibility="members")
    assert client.get(address).status_code == 404
    assert client.get("/files/unknown").status_code == 404
    member = sign_in(client, UserFactory())
    assert member.get(address, buffered=True).status_code == 200


def test_the_sweep_forgets_what_nothing_refers_to(app, post, store, settings):
    kept = store_file(store, "a.pdf", b"%PDF-kept")
    store_file(store, "b.pdf", b"%PDF-left")
    attach(post.author, post, kept)
    assert sweep(store, time.time() - 60) == 0, "young files may belong to a form that is being filled in"
    assert sweep(store, time.time() + 60) == 1
    assert list(store.digests(time.time() + 60)) == [kept.sha256]
