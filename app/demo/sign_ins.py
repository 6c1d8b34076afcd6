"""The sign-ins of the demonstration set: one password, drawn at the load, kept in a file that its owner alone reads."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from app.demo.people import written_people

FILE = "demo-sign-ins.txt"


@dataclass(frozen=True)
class SignIn:
    """An account that whoever tries the platform may use."""

    email: str
    password: str
    role: str
    langs: str


def draw_password() -> str:
    """A new password, easy to type."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def keep_password(var: Path, password: str) -> None:
    """Write the password where `read_sign_ins` finds it, readable by this user alone."""
    path = var / FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")


def read_sign_ins(var: Path) -> list[SignIn]:
    """The sign-ins of the set loaded here; none where there is no such file."""
    path = var / FILE
    if not path.exists():
        return []
    password = path.read_text().strip()
    return [
        SignIn(f"{person.handle}@example.org", password, person.role or "member", ", ".join(person.langs))
        for person in written_people()
        if person.signs_in
    ]
