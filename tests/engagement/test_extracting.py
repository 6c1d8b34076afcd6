"""What documents say, and what is passed over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.core.documents import DOCX, ODT
from app.core.errors import Invalid
from app.core.files import file_store, sniff, store_file
from app.engagement import extracting
from app.engagement.extracting import MOST_CHARACTERS, Unreadable, text_of
from tests.engagement.documents import docx, odt, pdf

PDF = "application/pdf"
BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        ("Café, thé\nà Safi".encode(), "text/plain", "Café, thé\nà Safi"),
        (b"\xef\xbb\xbf# Ordre du jour", "text/markdown", "# Ordre du jour"),
        (b"nom;ville\nAmina;Safi", "text/csv", "nom;ville\nAmina;Safi"),
        (odt("Compte rendu", "Les potières & les potiers"), ODT, "Compte rendu\nLes potières & les potiers"),
        (docx("Convention de jumelage", "Béthune"), DOCX, "Convention de jumelage\nBéthune"),
        (pdf("Rapport annuel", "Page deux"), PDF, "Rapport annuel\nPage deux"),
        (pdf(), PDF, ""),
    ],
)
def test_the_text_of_a_document(content, media_type, text):
    assert text_of(content, media_type) == text


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xfe\x00caf\xe9", "text/plain"),
        (pdf("Secret", password="sesame"), PDF),
        (b"%PDF-1.4\nnothing else", PDF),
        (b"PK\x03\x04 broken", ODT),
        (docx("no content.xml"), ODT),
        (odt("x", before=BOMB), ODT),
        (b"GIF89a", "image/gif"),
    ],
)
def test_encrypted_and_broken_documents_are_not_read(content, media_type):
    with pytest.raises(Unreadable):
        text_of(content, media_type)


def test_no_more_than_so_many_characters_and_pages(monkeypatch):
    assert len(text_of(b"mot " * MOST_CHARACTERS, "text/plain")) == MOST_CHARACTERS
    assert len(text_of(odt(*["mot " * 500] * 200), ODT)) <= MOST_CHARACTERS
    monkeypatch.setattr(extracting, "MOST_PAGES", 2)
    assert text_of(pdf("un", "deux", "trois"), PDF) == "un\ndeux"


@pytest.mark.parametrize(
    ("content", "media_type", "code", "said"),
    [
        (pdf("Bonjour"), PDF, 0, b"Bonjour"),
        (pdf("Secret", password="sesame"), PDF, extracting.UNREADABLE, b""),
    ],
)
def test_the_script_reads_without_the_application(content, media_type, code, said):
    asked = [sys.executable, "-I", str(Path(extracting.__file__)), media_type]
    made = subprocess.run(asked, input=content, capture_output=True, timeout=60, check=False)
    assert (made.returncode, made.stdout) == (code, said), made.stderr


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.txt", "Xin chào".encode(), "text/plain"),
        ("a.MD", b"# Titre", "text/markdown"),
        ("a.csv", b"a;b", "text/csv"),
        ("a.csv", b"words", None),
        ("a.txt", b"\xff\xfea", None),
        ("a.txt", b"a\x00b", None),
        ("a.md", b"\x1b[31mred", None),
        ("a.log", b"words", None),
        ("a", b"words", None),
    ],
)
def test_plain_texts_are_taken_by_name_and_content(name, content, media_type):
    assert sniff(content, name) == media_type


def test_a_page_is_no_text(settings):
    with pytest.raises(Invalid):
        store_file(file_store(settings), "a.txt", b"<!doctype html><script>alert(1)</script>")
