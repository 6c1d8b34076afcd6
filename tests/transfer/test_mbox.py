"""Mailing-list archives: threads, charsets, quotations; no address is shown anywhere; memory does not grow."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from app.config import PROJECT, Settings
from app.core.background import background_context
from app.core.db import db
from app.core.files import file_store
from app.engagement.models import Attachment
from app.forum.models import Post, Topic
from app.transfer import importing
from app.transfer.addresses import without_addresses
from app.transfer.keys import Keys
from app.transfer.letters import markdown_of
from app.transfer.mbox import read_mails, scan
from app.transfer.models import ImportedItem
from app.transfer.preparing import Preparer
from app.transfer.writing import Summary, Writer
from tests.factories import CategoryFactory
from tests.support.running import environment
from tests.transfer.archives import write_archive

BringIn = Callable[[str | bytes], Summary]


def mail(number: int, said: str = "Bonjour.", subject: str = "Une question", day: int = 1, **headers: str) -> str:
    lines = {
        "From": f"Marie Curie <marie{number}@secret.example>",
        "Date": f"Mon, {day:02} Jan 2018 10:{number:02}:00 +0100",
        "Subject": subject,
        "Message-ID": f"<m{number}@secret.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    return f"From marie{number}@secret.example Mon Jan  1 10:00:00 2018\n{head}\n{said}\n\n"


@pytest.fixture
def bring_in(app: Flask, settings: Settings, tmp_path: Path) -> BringIn:
    CategoryFactory(slug="list")

    def bring_in(text: str | bytes) -> Summary:
        path = tmp_path / "list.mbox"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        preparer = Preparer(file_store(settings), tmp_path, "fr", names_members=False)
        with background_context(app):
            keys = Keys("list")
            reads = read_mails(path, "list", "key", "fr", lambda names: keys.find("post", names))
            return importing.run(reads, Writer(keys, preparer))

    return bring_in


def posts() -> list[Post]:
    return list(db.session.scalars(select(Post).order_by(Post.topic_id, Post.number)))


def test_threads_follow_references_replies_and_subjects(bring_in: BringIn) -> None:
    summary = bring_in(
        mail(1)
        + mail(2, subject="Re: tout autre chose", References="<m1@secret.example>")
        + mail(3, subject="RE: [liste] Une question", In_Reply_To="<m2@secret.example>", day=2)
        + mail(4, subject="Une question", day=3)
        + mail(5, subject="Re : Une question", day=4)
        + mail(6, subject="Re: Une question", Date="Mon, 31 Dec 2018 10:00:00 +0100")
    )
    assert summary.problems == []
    topics = [(topic.title, topic.post_count) for topic in db.session.scalars(select(Topic).order_by(Topic.id))]
    assert topics == [("Une question", 3), ("Une question", 2), ("Une question", 1)]
    written = posts()
    assert [post.number for post in written] == [1, 2, 3, 1, 2, 1]
    assert written[2].reply_to_id == written[1].id
    assert written[4].reply_to_id == written[3].id


def test_an_answer_kept_before_its_question_comes_after_it(bring_in: BringIn) -> None:
    bring_in(mail(2, "La réponse.", References="<m1@secret.example>", day=1) + mail(1, "La question.", day=2))
    assert [(post.body, post.number) for post in posts()] == [("La question.", 1), ("La réponse.", 2)]


def test_twice_is_once_and_newer_mails_are_added(bring_in: BringIn) -> None:
    first = mail(1) + mail(2, References="<m1@secret.example>")
    bring_in(first)
    again = bring_in(first + mail(3, References="<m2@secret.example>", day=5) + mail(2))
    assert (again.added["post"], again.added["topic"], again.known["post"]) == (1, 0, 2)
    assert [post.number for post in posts()] == [1, 2, 3]


ENCODED = {
    "latin-1 by quoted-printable": ("iso-8859-1", "quoted-printable", b"D=E9j=E0 vu, c'est =E9tonnant"),
    "utf-8 by base64": ("utf-8", "base64", base64.b64encode("Déjà vu, c'est étonnant".encode())),
    "a charset nobody knows": ("x-unknown", "8bit", "Déjà vu, c'est étonnant".encode()),
    "a wrong charset": ("us-ascii", "8bit", "Déjà vu, c'est étonnant".encode("cp1252")),
}


@pytest.mark.parametrize("name", ENCODED)
def test_charsets(name: str, bring_in: BringIn) -> None:
    charset, encoding, said = ENCODED[name]
    head = mail(
        1, "%", Content_Type=f"text/plain; charset={charset}", Content_Transfer_Encoding=encoding,
        Subject="=?iso-8859-1?q?=C9t=E9_=E0_Lille?=",
    )  # fmt: skip
    bring_in(head.encode().replace(b"%", said))
    assert posts()[0].body == "Déjà vu, c'est étonnant"
    assert db.session.scalars(select(Topic.title)).one() == "Été à Lille"


HTML = (
    "<html><head><style>p {color: red}</style></head><body><p>Bonjour <b>Marie</b>,</p>"
    "<blockquote>cité<br>deux</blockquote><ul><li>un</li></ul><script>alert(1)</script>"
    '<a href="https://exemple.org/page">ici</a></body></html>'
)


def test_a_mail_in_html_alone_becomes_text(bring_in: BringIn) -> None:
    bring_in(mail(1, HTML, Content_Type="text/html; charset=utf-8"))
    body = posts()[0].body
    assert "Bonjour Marie," in body
    assert "> cité\n> deux" in body
    assert "ici <https://exemple.org/page>" in body
    assert "alert" not in body
    assert "color" not in body


def test_files_of_kinds_that_are_taken_come_along(bring_in: BringIn, settings: Settings) -> None:
    parts = [
        "Content-Type: text/plain; charset=utf-8\n\nVoici.\n",
        'Content-Type: text/csv\nContent-Disposition: attachment; filename="marie@secret.example.csv"\n\na;b\n1;2\n',
        'Content-Type: application/x-dosexec\nContent-Disposition: attachment; filename="x.exe"\n\nMZ\n',
        'Content-Type: image/png\nContent-Disposition: attachment; filename="broken.png"\n\n\x89PNG\n',
    ]
    body = "--sep\n" + "\n--sep\n".join(parts) + "\n--sep--"
    summary = bring_in(mail(1, body, Content_Type='multipart/mixed; boundary="sep"'))
    assert summary.problems == []
    assert posts()[0].body == "Voici."
    kept = db.session.scalars(select(Attachment)).one()
    assert "secret.example" not in kept.name
    assert kept.media_type == "text/csv"
    assert posts()[0].file_count == 1


SENDERS = {
    "Marie Curie <marie@secret.example>": "Marie Curie",
    "marie@secret.example (Marie Curie)": "Marie Curie",
    "marie at secret.example (Marie Curie)": "Marie Curie",
    "marie.curie@secret.example": "M. C.",
    '"marie@secret.example" <marie@secret.example>': "M.",
    "=?utf-8?q?Zo=C3=A9?= <zoe@secret.example>": "Zoé",
    "": "?",
}


@pytest.mark.parametrize("sender", SENDERS)
def test_who_wrote_is_shown_by_name_or_initials(sender: str, bring_in: BringIn) -> None:
    bring_in(mail(1, From=sender))
    author = posts()[0].author
    assert author is not None
    assert (author.display_name, author.email, author.status) == (SENDERS[sender], None, "placeholder")


SPOKEN = (
    """Le 3 mai, Jean <jean.dupont@secret.example> a écrit :
> Bonjour de marie@secret.example
> et de paul (at) secret.example ou luc AT secret dot example
mailto:eva@secret.example, <news:abc123$x@secret.example>
Écrivez à ana at secret.example svp. @ 5 euros, rendez-vous at noon.

{}
Jean Dupont
jean.dupont@secret.example
"""
).format("-- ")  # a signature begins with a space at the end of its first line


def test_no_address_is_kept_anywhere(bring_in: BringIn, app: Flask) -> None:
    bring_in(
        mail(1, SPOKEN, subject="Question de jean.dupont@secret.example")
        + mail(2, SPOKEN.replace(".example", ".org"), References="<m1@secret.example>")
    )
    names = inspect(db.engine).get_table_names()
    for table in names:
        for row in db.session.execute(db.text(f'SELECT * FROM "{table}"')):
            assert not re.search(r"secret[ .]?(dot )?(example|org)|jean\.dupont", repr(row)), table
    body = posts()[0].body
    assert "rendez-vous at noon" in body
    assert "Jean Dupont" not in body
    assert "a écrit" in body


def test_mails_name_no_member_and_are_sanitised(bring_in: BringIn) -> None:
    bring_in(mail(1, "Salut @marie #lille <script>alert(1)</script>\n\nTitre\n=====\n\n# pas un titre"))
    html = posts()[0].html
    assert "data-handle" not in html
    assert "data-member" not in html
    assert "<script" not in html
    assert "<h" not in html


def test_long_quotations_are_folded_where_what_they_quote_is_near() -> None:
    quoted = "\n".join(f"> ligne {number}" for number in range(20))
    folded, own = markdown_of(f"{quoted}\n\nMoi.", answers=True)
    assert folded.count("> ligne") == 4
    assert "> […]" in folded
    assert own == "Moi."
    whole, _ = markdown_of(f"{quoted}\n\nMoi.", answers=False)
    assert whole.count("> ligne") == 20
    original, _ = markdown_of("Oui.\n\n-----Original Message-----\nFrom: x\nNon.", answers=False)
    assert "> Non." in original


def test_addresses_in_long_texts_cost_no_time() -> None:
    for text in ("a" * 200_000, "a@" * 100_000, "x at " * 40_000, "(" * 100_000 + "at", "a.b-" * 50_000 + "@"):
        without_addresses(text)


def test_a_badly_made_archive_harms_nothing(bring_in: BringIn) -> None:
    summary = bring_in(
        mail(1, Date="never", Message_ID="", Subject="")
        + mail(2, "From the beginning\n\nFrom here on", Content_Type="multipart/mixed")
        + mail(3, "\x00\ud7ff", Content_Type="text/plain; charset=\x00", References="<m3@secret.example> <<>>")
    )
    assert summary.problems == []
    assert {topic.title for topic in db.session.scalars(select(Topic))} == {"…", "Une question"}
    assert len(posts()) == 3


def test_something_else_has_no_mails(tmp_path: Path) -> None:
    path = tmp_path / "else.mbox"
    path.write_bytes(b"\x00\x01 no mail\nFrom nowhere\n")
    assert len(scan(path).offsets) == 0


def test_what_was_imported_is_remembered_by_digests(bring_in: BringIn) -> None:
    bring_in(mail(1))
    kept = {item.external_id for item in db.session.scalars(select(ImportedItem)) if item.kind != "category"}
    assert all(re.fullmatch(r"(mail-)?[0-9a-f]{32,40}", name) for name in kept)


MEASURED = """
import pathlib, re, sys
from app.cli import cli
try:
    cli(sys.argv[1:], prog_name="beffroi")
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    print("peak", int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024)
"""


@pytest.mark.slow
def test_a_larger_archive_takes_no_more_memory(app: Flask, settings: Settings, tmp_path: Path) -> None:
    CategoryFactory(slug="list")
    db.session.remove()
    peaks = []
    for number, size in enumerate((500, 5_000)):
        path = tmp_path / f"list-{number}.mbox"
        write_archive(path, size, seed=number)
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "import", str(path), "--category", "list", "--no-index"],
            cwd=PROJECT, env=environment(settings), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        peaks.append(int(done.stdout.split()[-1]))
    assert max(peaks) <= 300
    assert peaks[1] - peaks[0] <= 30, peaks
    assert len(posts()) == 5_500
