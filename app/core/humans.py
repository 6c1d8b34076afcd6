"""Is somebody there? A check for forms that visitors send, of our own and without a third party.

A field that people do not see, a time below which nobody writes, and a question in the reader's language; where
scripts run, the browser does a little arithmetic instead and the question is not shown. A challenge is signed, works
once and for one purpose, and holds nothing about the reader.

Use: mix `HumanCheck` into a form, show it by `_components/human.html`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from wtforms import HiddenField, StringField

from app.config import Settings
from app.core import jobs, options
from app.core.db import Base, db, now
from app.core.events import unit_of_work
from app.core.i18n import current_lang, lazy_pgettext, speaking
from app.core.options import Option, declare
from app.core.upsert import insert_into

LASTS = timedelta(hours=3)
Question = tuple[Any, Any]
"""A question and its answers, separated by strokes."""
POOL: dict[str, Question] = {
    "sum": (lazy_pgettext("human", "How much is two and three?"), lazy_pgettext("human", "5|five")),
    "week": (lazy_pgettext("human", "How many days are there in a week?"), lazy_pgettext("human", "7|seven")),
    "colour": (lazy_pgettext("human", "Which is a colour: table, red, Tuesday?"), lazy_pgettext("human", "red")),
    "third": (lazy_pgettext("human", "Write the third word: boat, tower, bread."), lazy_pgettext("human", "bread")),
    "cold": (lazy_pgettext("human", "Which of these is cold: fire, ice, soup?"), lazy_pgettext("human", "ice")),
    "after": (lazy_pgettext("human", "Which day comes after Monday?"), lazy_pgettext("human", "Tuesday")),
}  # fmt: skip
OWN_QUESTIONS = declare(
    Option(
        name="site.human_questions",
        kind="texts",
        default={},
        most=2000,
        group="trust",
        label=lazy_pgettext("option", "Own questions that keep machines out"),
        help=lazy_pgettext(
            "option",
            "Question = answer, other answer; next question = answer. They replace those of the platform.",
        ),
    )
)
LEAST_SECONDS = declare(
    Option(
        name="site.human_seconds",
        kind="int",
        default=3,
        most=60,
        group="trust",
        label=lazy_pgettext("option", "Seconds below which nobody fills in a form"),
    )
)
PROOF_BITS = declare(
    Option(
        name="site.human_bits",
        kind="int",
        default=14,
        most=22,
        group="trust",
        label=lazy_pgettext("option", "Work that a browser does instead of the question"),
        help=lazy_pgettext("option", "One more doubles it; 0 asks everyone the question."),
    )
)
TOO_FAST = lazy_pgettext("human", "That was very fast. Wait a few seconds, then send it again.")
TOO_OLD = lazy_pgettext("human", "This page was open too long. Answer the new question, then send it again.")
WRONG = lazy_pgettext("human", "This is not the answer we expected. Try again.")


class HumanToken(Base):
    """A challenge that was met, kept until it could no longer be used again."""

    __tablename__ = "human_token"

    digest: Mapped[str] = mapped_column(String(43), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Challenge:
    """What a form carries, and the question that stands in it."""

    token: str
    question: str
    answers: tuple[str, ...]
    begun_at: datetime


def is_on() -> bool:
    """Whether forms ask: with the rate limits, which tests and benchmarks turn off."""
    return cast(Settings, current_app.extensions["settings"]).rate_limits


def new_challenge(purpose: str) -> Challenge:
    """A challenge for one form, with a question drawn from those of the reader's language."""
    lang = current_lang()
    drawn = secrets.choice(_codes(lang))
    said = {"n": secrets.token_urlsafe(12), "t": int(now().timestamp()), "p": purpose, "q": drawn, "l": lang}
    return cast(Challenge, read_challenge(_signer().dumps(said), purpose))


def read_challenge(token: str, purpose: str) -> Challenge | None:
    """The challenge that a form carried; None where it is not ours, or of another purpose."""
    try:
        said = _signer().loads(token[:1000])
        begun = datetime.fromtimestamp(said["t"], tz=now().tzinfo)
        question, answers = _question(said["q"], said["l"])
    except (BadSignature, KeyError, TypeError, ValueError):
        return None
    return Challenge(token, question, answers, begun) if said.get("p") == purpose else None


def refusal(challenge: Challenge | None, answer: str, proof: str) -> Any:
    """What stands against a form, in words for the reader; empty where somebody is there."""
    if challenge is None or now() - challenge.begun_at > LASTS or _is_spent(challenge):
        return TOO_OLD
    if now() - challenge.begun_at < timedelta(seconds=options.value(LEAST_SECONDS.name)):
        return TOO_FAST
    if proof and _is_proven(challenge, proof):
        return ""
    return "" if _plain(answer) in {_plain(one) for one in challenge.answers} - {""} else WRONG


def spend(challenge: Challenge) -> bool:
    """Use a challenge up; False where it was used before, by a copy of the same form."""
    with unit_of_work():
        row = insert_into(HumanToken).values(digest=_digest(challenge), until=challenge.begun_at + LASTS)
        return db.session.execute(row.on_conflict_do_nothing().returning(HumanToken.digest)).first() is not None


class HumanCheck:
    """Mix into a WTForms form, before its other parents. Other fields are checked first: a challenge is met once."""

    human_purpose = ""
    website = StringField(lazy_pgettext("human", "Leave this empty"))
    human_token = HiddenField()
    human_proof = HiddenField()
    human_answer = StringField(lazy_pgettext("human", "A question, to keep machines out"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_human = is_on()
        if self.asks_human:
            self._challenge = read_challenge(self.human_token.data or "", self.human_purpose)
            self._show(self._challenge or new_challenge(self.human_purpose))

    @property
    def human_bits(self) -> int:
        """How hard the browser's arithmetic is."""
        return int(options.value(PROOF_BITS.name))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Everything else, then whether somebody is there."""
        valid = cast(Callable[..., bool], super().validate)(*args, **kwargs)  # type: ignore[misc]
        if self.website.data:
            self._refuse(TOO_OLD)
            return False
        return valid and (not self.asks_human or self._is_met())

    def _is_met(self) -> bool:
        challenge = self._challenge
        said = refusal(challenge, self.human_answer.data or "", self.human_proof.data or "")
        if not said and challenge is not None and spend(challenge):
            return True
        if said not in {TOO_FAST, WRONG}:
            self._show(new_challenge(self.human_purpose))
        self._refuse(said or TOO_OLD)
        return False

    def _show(self, challenge: Challenge) -> None:
        if challenge.token != self.human_token.data:
            self.human_answer.data = ""
        self.human_token.data, self.human_proof.data = challenge.token, ""
        self.human_answer.label.text = challenge.question

    def _refuse(self, why: Any) -> None:
        self.human_answer.errors = [*self.human_answer.errors, str(why)]


def _signer() -> URLSafeSerializer:
    settings = cast(Settings, current_app.extensions["settings"])
    return URLSafeSerializer(settings.derived_secret("humans"), salt="challenge")


def _codes(lang: str) -> list[str]:
    own = _own(lang)
    return [f"own:{place}" for place in range(len(own))] or list(POOL)


def _question(code: str, lang: str) -> tuple[str, tuple[str, ...]]:
    """Raises KeyError or ValueError where the question is no longer there."""
    if code.startswith("own:"):
        own = _own(lang)
        place = int(code.removeprefix("own:"))
        if place >= len(own):
            raise KeyError(code)
        return own[place]
    question, answers = POOL[code]
    with speaking(lang):
        return str(question), tuple(str(answers).split("|"))


def _own(lang: str) -> list[tuple[str, tuple[str, ...]]]:
    """The operator's questions in a language."""
    written = str(options.value(OWN_QUESTIONS.name).get(lang, ""))
    pairs = (part.partition("=") for part in written.split(";"))
    return [
        (question.strip(), tuple(re.split("[,،]", answers)))
        for question, sign, answers in pairs
        if sign and question.strip()
    ]


def _plain(said: str) -> str:
    """An answer without case, accents, spaces and signs; digits of any script are those of ours."""
    letters = unicodedata.normalize("NFKD", said[:200]).casefold()
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in letters if sign.isalnum())


def _is_proven(challenge: Challenge, proof: str) -> bool:
    """Whether SHA-256 of token and number begins with enough zeros."""
    bits = int(options.value(PROOF_BITS.name))
    if not bits or not (proof.isascii() and proof.isdecimal() and len(proof) < 16):
        return False
    digest = hashlib.sha256(f"{challenge.token}:{proof}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def _digest(challenge: Challenge) -> str:
    return hashlib.sha256(challenge.token.encode()).hexdigest()[:43]


def _is_spent(challenge: Challenge) -> bool:
    return db.session.scalar(select(HumanToken.digest).where(HumanToken.digest == _digest(challenge))) is not None


@jobs.periodic(minute="31")
def purge_spent() -> None:
    """Forget challenges that are too old to be used anyway."""
    with unit_of_work():
        db.session.execute(delete(HumanToken).where(HumanToken.until <= now()))
