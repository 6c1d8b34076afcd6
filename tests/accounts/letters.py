"""The mails that wait to leave, and what is in them."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.mail import OutgoingMail
from tests.support.browser import path_of


def waiting(to: str) -> list[OutgoingMail]:
    """Mails to an address, oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.to == to).order_by(OutgoingMail.id)))


def code_in(mail: OutgoingMail) -> str:
    """The six digits of a mail, which its HTML shows too."""
    found = re.search(r"^\d{6}$", mail.text, re.MULTILINE)
    assert found, mail.text
    assert found.group() in mail.html
    return found.group()


def link_in(mail: OutgoingMail) -> str:
    """The first link of a mail, as the test client opens it."""
    found = re.search(r"http\S+", mail.text)
    assert found, mail.text
    assert found.group().split("?")[0] in mail.html
    return path_of(found.group())


def member(email: str) -> User:
    """The member with this address, read anew."""
    db.session.expire_all()
    return db.session.scalars(select(User).where(User.email == email)).unique().one()
