"""What the doctor finds, and what it says to do about it."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import doctor
from app.core import options
from app.core.db import db, is_sqlite, now
from app.core.events import Event, EventRow, unit_of_work
from app.core.mail import OutgoingMail
from app.doctor import examine
from app.pages.models import OWN_WORDS_NEEDED
from app.pages.services import PageDraft, publish_page
from app.starting import fill_index
from tests.factories import UserFactory


def said(settings, about):
    return [finding for finding in examine(settings) if finding.about == about]


@pytest.fixture
def indexed(app):
    fill_index()


def test_a_platform_in_order_has_no_failure(app, settings, indexed):
    settings.secret()
    findings = examine(replace(settings, secret_key=""))
    assert [finding for finding in findings if finding.is_failure] == []
    assert {finding.about for finding in findings} == {
        "settings", "secret key", "disk", "database", "index", "clock", "mail", "pages", "backup", "files",
    }  # fmt: skip


def test_misspelt_settings_are_named(app, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("BEFFROI_DMEO", "1")
    stored = tmp_path / "beffroi.toml"
    stored.write_text('opreator = "The Region"\n')
    monkeypatch.setenv("BEFFROI_CONFIG", str(stored))
    (finding, *_) = said(settings, "settings")
    assert finding.is_failure
    assert finding.said == "Unknown: BEFFROI_DMEO, opreator."


def test_a_public_site_wants_https_mail_and_a_name(app, settings):
    public = replace(settings, site_url="http://forum.example.org", operator="")
    advice = " ".join(finding.advice for finding in examine(public))
    assert "https" in advice
    assert "BEFFROI_OPERATOR" in advice
    assert "BEFFROI_SMTP_URL" in advice


def test_a_short_or_open_key_is_a_failure(app, settings):
    (short,) = said(replace(settings, secret_key="short"), "secret key")
    assert short.is_failure
    drawn = replace(settings, secret_key="")
    drawn.secret()
    (kept,) = said(drawn, "secret key")
    assert not kept.advice
    (settings.var / "secret.key").chmod(0o644)
    (opened,) = said(drawn, "secret key")
    assert opened.is_failure
    assert "chmod" in opened.advice


@pytest.mark.parametrize(
    ("free", "is_failure", "has_advice"), [(1 << 20, True, True), (1 << 30, False, True), (1 << 40, False, False)]
)
def test_room_on_the_disk(app, settings, monkeypatch, free, is_failure, has_advice):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage(0, 0, free))
    (finding,) = said(settings, "disk")
    assert (finding.is_failure, bool(finding.advice)) == (is_failure, has_advice)


def test_a_folder_that_cannot_be_written(app, settings, monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    (finding,) = said(settings, "disk")
    assert finding.is_failure


def test_a_database_without_tables_or_behind_is_sent_to_migrate(app, settings, make_app, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "head_revision", lambda: "9999")
    findings = examine(settings)
    (behind,) = [finding for finding in findings if finding.about == "database"]
    assert behind.is_failure
    assert "beffroi migrate" in behind.advice
    assert "index" not in {finding.about for finding in findings}
    with make_app(database_url=f"sqlite:///{tmp_path}/empty.db").app_context():
        (missing,) = said(settings, "database")
    assert missing.is_failure
    assert "BEFFROI_DATABASE_URL" in missing.advice


def test_dangling_rows_are_found(app, settings):
    if not is_sqlite():
        (whole,) = said(settings, "database")
        assert not whole.is_failure
        return
    db.session.execute(text("PRAGMA foreign_keys=OFF"))
    with unit_of_work() as session:
        session.execute(text("INSERT INTO tagging (tag_id, subject_kind, subject_id) VALUES (99, 'topic', 1)"))
    (finding,) = said(settings, "database")
    assert finding.is_failure
    assert "tagging" in finding.said


def test_an_index_that_is_missing_broken_or_late(app, settings, monkeypatch):
    (missing,) = said(settings, "index")
    assert missing.is_failure
    fill_index()
    with unit_of_work() as session:
        late = now() - timedelta(hours=1)
        session.add(EventRow(name=Event.__name__, data={}, created_at=late))
    (waiting,) = said(settings, "index")
    assert "beffroi serve" in waiting.advice
    monkeypatch.setattr(doctor, "current_index", lambda: 1 / 0)
    (broken,) = said(settings, "index")
    assert broken.is_failure


def test_a_clock_set_back(app, settings):
    with unit_of_work() as session:
        session.add(EventRow(name=Event.__name__, data={}, created_at=now() + timedelta(hours=1)))
    (finding,) = said(settings, "clock")
    assert finding.is_failure


def test_mail_by_server_or_not(app, settings, mailbox):
    (answers,) = said(replace(settings, smtp_url=mailbox.url), "mail")
    assert not answers.advice
    (silent,) = said(replace(settings, smtp_url="smtp://127.0.0.1:9"), "mail")
    assert silent.is_failure
    with unit_of_work() as session:
        mail = OutgoingMail(to="a@example.org", lang="fr", subject="x", text="x", html="x")
        session.add(mail)
    with unit_of_work():
        mail.due_at = None
    assert "Mails given up: 1." in [finding.said for finding in said(settings, "mail")]


def test_few_open_files_are_a_warning(app, settings, monkeypatch):
    monkeypatch.setattr(doctor.resource, "getrlimit", lambda what: (1024, 1024))
    (finding,) = said(settings, "files")
    assert "ulimit" in finding.advice


def test_the_common_text_is_named_until_the_operator_wrote_their_own(app, settings):
    (finding,) = said(settings, "pages")
    assert "legal, terms, privacy, rules, accessibility" in finding.said
    assert finding.advice
    admin = UserFactory(role="administrator")
    with unit_of_work():
        for slug in OWN_WORDS_NEEDED:
            publish_page(admin, slug, PageDraft("fr", "Titre", "Texte", "<p>Texte</p>"))
    (finding,) = said(settings, "pages")
    assert not finding.advice


def test_an_operator_named_in_the_browser_is_enough(app, settings):
    unnamed = replace(settings, operator="")
    assert any("No operator" in finding.said for finding in said(unnamed, "settings"))
    with unit_of_work():
        options.change(None, "site.operator", "La Région du Delta")
    assert not any("No operator" in finding.said for finding in said(unnamed, "settings"))


def test_a_backup_is_there_and_young(app, settings, monkeypatch):
    (finding,) = said(replace(settings, backups_kept=0), "backup")
    assert "backups_kept" in finding.advice
    (finding,) = said(settings, "backup")
    assert (finding.said, finding.advice) == (f"None in {settings.backups} yet.", "")
    settings.backups.mkdir()
    (settings.backups / "beffroi-20260101-024700.tar.zst").touch()
    (finding,) = said(settings, "backup")
    assert finding.advice == ""
    monkeypatch.setattr(doctor, "OLD_BACKUP", -1)
    (finding,) = said(settings, "backup")
    assert "beffroi backup" in finding.advice
