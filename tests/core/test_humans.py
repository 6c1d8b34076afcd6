"""Is somebody there? What a challenge takes, and what it refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import humans
from app.core.db import db
from app.core.i18n import INTERFACE, speaking
from tests.support.clock import FrozenClock
from tests.support.trust import chosen


@pytest.fixture
def guarded_app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    app = make_app(rate_limits=True)
    with app.test_request_context("/fr/"), speaking("fr"):
        yield app


@pytest.fixture
def challenge(guarded_app: Flask, clock: FrozenClock) -> humans.Challenge:
    made = humans.new_challenge("register")
    clock.advance(seconds=10)
    return made


def proof(challenge: humans.Challenge, bits: int = 14) -> str:
    """What a browser works out."""
    for number in count():
        digest = hashlib.sha256(f"{challenge.token}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError


def test_an_answer_in_any_spelling_will_do(challenge: humans.Challenge) -> None:
    answer = challenge.answers[0]
    for spelt in (answer, f"  {answer.upper()}. ", answer.capitalize() + "!"):
        assert humans.refusal(challenge, spelt, "") == ""
    for wrong in ("", " ", "x" * 5000, "\x00", "\u202e"):
        assert humans.refusal(challenge, wrong, "") == humans.WRONG


def test_digits_of_any_script_are_digits(guarded_app: Flask, clock: FrozenClock) -> None:
    chosen("site.human_questions", {"fr": "Combien font deux et deux ? = 4, quatre; Et un et un ? = 2"})
    made = humans.new_challenge("register")
    clock.advance(seconds=10)
    wanted = "٤" if "deux et deux" in made.question else "٢"
    assert humans.refusal(made, wanted, "") == ""
    with speaking("ar"):
        assert humans.new_challenge("register").question not in {"Combien font deux et deux ?", "Et un et un ?"}


def test_the_browsers_arithmetic_replaces_the_answer(challenge: humans.Challenge) -> None:
    assert humans.refusal(challenge, "", proof(challenge)) == ""
    for forged in ("0x1", "-1", "9" * 40, "١"):
        assert humans.refusal(challenge, "", forged) == humans.WRONG
    chosen("site.human_bits", 0)
    assert humans.refusal(challenge, "", proof(challenge)) == humans.WRONG


def test_a_challenge_works_once_for_its_purpose_and_for_a_time(
    guarded_app: Flask, challenge: humans.Challenge, clock: FrozenClock
) -> None:
    answer = challenge.answers[0]
    assert humans.read_challenge(challenge.token, "report") is None
    assert humans.read_challenge(challenge.token + "x", "register") is None
    assert humans.refusal(None, answer, "") == humans.TOO_OLD
    assert humans.spend(challenge)
    assert not humans.spend(challenge)
    assert humans.refusal(challenge, answer, "") == humans.TOO_OLD
    late = humans.new_challenge("register")
    clock.advance(hours=4)
    assert humans.refusal(late, late.answers[0], "") == humans.TOO_OLD
    humans.purge_spent()
    assert db.session.scalars(select(humans.HumanToken)).all() == []


def test_nobody_fills_in_a_form_in_no_time(guarded_app: Flask, clock: FrozenClock) -> None:
    made = humans.new_challenge("register")
    clock.advance(seconds=1)
    assert humans.refusal(made, made.answers[0], "") == humans.TOO_FAST


def test_every_language_has_its_questions(guarded_app: Flask) -> None:
    for lang in INTERFACE:
        with speaking(lang):
            for _ in range(5):
                made = humans.new_challenge("register")
                assert made.question
                assert all(made.answers)


def test_a_question_that_the_operator_took_away_is_asked_no_more(guarded_app: Flask) -> None:
    chosen("site.human_questions", {"fr": "Un ? = 1; sans réponse"})
    made = humans.new_challenge("register")
    assert (made.question, made.answers) == ("Un ?", (" 1",))
    chosen("site.human_questions", {})
    assert humans.read_challenge(made.token, "register") is None
