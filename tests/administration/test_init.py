"""`beffroi init`: by options, by questions, and again."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.administration import cli
from app.core import options
from app.core.db import db
from app.forum.models import Space
from tests.factories import UserFactory


def run(app: Flask, *arguments: str, typed: str = "") -> Any:
    """The command as an operator types it."""
    answer = app.test_cli_runner().invoke(cli.init, list(arguments), input=typed)
    options.forget()
    db.session.expire_all()
    return answer


def test_without_any_option_the_link_to_the_pages_is_printed(app: Flask) -> None:
    answer = run(app, "--no-input")
    assert answer.exit_code == 0, answer.output
    assert "/fr/first-run?token=" in answer.output
    assert db.session.scalars(select(Space)).all() == []


@pytest.mark.parametrize(
    "wrong", [("--languages", "fr,xx"), ("--admin-email", "nowhere"), ("--template", "castle"), ("--language", "xx")]
)
def test_wrong_options_are_named_and_nothing_is_written(app: Flask, wrong: tuple[str, str]) -> None:
    answer = run(app, "--no-input", "--name", "Autre", *wrong)
    assert answer.exit_code == 2
    assert wrong[0] in answer.output
    assert options.value("site.name") == "Beffroi"


def test_a_site_is_set_up_by_options_and_again_without_harm(app: Flask) -> None:
    chosen = ["--name", "Forum du Delta", "--operator", "La Région", "--language", "vi", "--languages", "fr, vi",
              "--template", "network", "--registration", "invitation", "--admin-email", "thu@example.org"]  # fmt: skip
    for _ in range(2):
        answer = run(app, "--no-input", *chosen)
        assert answer.exit_code == 0, answer.output
    assert options.value("site.name") == "Forum du Delta"
    assert options.value("site.languages") == ["fr", "vi"]
    assert options.value("accounts.registration") == "invitation"
    member = db.session.scalars(select(User)).unique().one()
    assert (member.email, member.ui_lang, member.is_administrator) == ("thu@example.org", "vi", True)
    assert len(db.session.scalars(select(Space)).all()) == 3


def test_questions_are_asked_where_somebody_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "is_asked", lambda given: not given["no_input"])
    password = "une longue phrase à moi"
    said = ["Forum du Delta", "Le Delta", "La Région", "fr", "open", "twinning", "thu@example.org", "Thu"]
    typed = "\n".join([*said, password, password, ""])
    answer = run(app, "--ask-password", typed=typed)
    assert answer.exit_code == 0, answer.output
    assert options.value("site.territory") == "Le Delta"
    member = db.session.scalars(select(User)).unique().one()
    assert (member.display_name, bool(member.password)) == ("Thu", True)
    assert "Sign in as thu@example.org" in answer.output
    again = run(app, typed="\n\n\n\n\n")
    assert again.exit_code == 0, again.output
    assert "The site is set up." in again.output


def test_an_easy_password_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = run(
        app, "--no-input", "--admin-email", "thu@example.org", "--ask-password", typed="motdepasse\nmotdepasse\n"
    )
    assert answer.exit_code == 2
    assert db.session.scalars(select(User)).unique().all() == []


def test_where_there_is_an_administrator_none_is_named(app: Flask) -> None:
    UserFactory(role="administrator")
    answer = run(app, "--no-input", "--admin-email", "thu@example.org")
    assert answer.exit_code == 0
    assert len(db.session.scalars(select(User)).unique().all()) == 1
