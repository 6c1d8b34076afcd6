"""The wording of the reasons: shipped in every language, the operator's own where they wrote one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE
from app.moderation import statements
from app.moderation.models import CannedText
from app.terms.reasons import REASONS, shown_reason
from tests.factories import UserFactory
from tests.support.browser import token_of


def test_every_reason_has_a_text_in_every_language(app: Flask) -> None:
    for lang in INTERFACE:
        for act in statements.ACTS:
            for reason in REASONS:
                assert statements.statement(act, reason, lang)
    assert statements.statement("dismiss", "spam", "fr") == ""
    assert statements.statement("hide", "spam", "fr", "Trois fois.").endswith("Trois fois.")
    assert statements.rule("spam", "fr") not in statements.statement("restore", "spam", "fr")


def test_a_reason_is_named_or_said_in_own_words(app: Flask) -> None:
    assert shown_reason("Trop long") == "Trop long"
    assert shown_reason("spam") == str(REASONS["spam"].label)


@pytest.mark.parametrize("role", ["", "moderator", "staff"])
def test_only_administrators_word_the_reasons(app: Flask, sign_in: Callable[..., FlaskClient], role: str) -> None:
    actor = UserFactory(role=role)
    with pytest.raises(NotAllowed), unit_of_work():
        statements.keep_texts(actor, "fr", {"spam": "Non."})
    assert sign_in(app.test_client(), actor).get("/en/moderation/texts").status_code in {302, 403}


def test_what_cannot_be_kept(app: Flask) -> None:
    administrator = UserFactory(role="administrator")
    with pytest.raises(NotFound), unit_of_work():
        statements.keep_texts(administrator, "xx", {})
    with pytest.raises(Invalid) as refused, unit_of_work():
        statements.keep_texts(administrator, "fr", {"spam": "x" * 2001})
    assert refused.value.field == "spam"


def test_the_operators_words_take_the_place_of_the_shipped_ones(app: Flask) -> None:
    administrator = UserFactory(role="administrator")
    shipped = statements.rule("spam", "ar")
    for words in ("لا إعلانات هنا.", "لا إعلانات."):
        with unit_of_work():
            statements.keep_texts(administrator, "ar", statements.shipped("ar") | {"spam": words})
        assert statements.rule("spam", "ar") == words
        assert words in statements.statement("hide", "spam", "ar")
    assert db.session.query(CannedText).count() == 1
    assert statements.rule("hate", "ar") == statements.shipped("ar")["hate"]
    with unit_of_work():
        statements.keep_texts(administrator, "ar", {})
    assert statements.rule("spam", "ar") == shipped


def test_the_page(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(app.test_client(), UserFactory(role="administrator"))
    page = browser.get("/en/moderation/texts?said_in=ar")
    assert page.status_code == 200
    data = {"csrf_token": token_of(page), "spam": "لا."}
    too_long = browser.post("/en/moderation/texts?said_in=ar", data=data | {"hate": "x" * 2001})
    assert too_long.status_code == 422
    assert 'id="text-hate-error"' in too_long.text
    assert browser.post("/en/moderation/texts?said_in=ar", data=data).location.endswith("said_in=ar")
    assert statements.rule("spam", "ar") == "لا."


def test_scripts_ask_for_the_usual_text(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    address = "/en/moderation/statement?act=hide&reason=spam&said_in=ar"
    assert sign_in(app.test_client(), UserFactory()).get(address).status_code == 403
    browser = sign_in(app.test_client(), UserFactory(role="moderator"))
    answer = browser.get(address)
    assert answer.json == {"text": statements.statement("hide", "spam", "ar")}
    assert browser.get("/en/moderation/statement?act=burn&reason=spam&said_in=ar").status_code == 404
