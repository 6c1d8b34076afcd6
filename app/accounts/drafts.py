"""What members write about themselves, once its shape was checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProfileDraft:
    """The settings page, whole."""

    display_name: str
    handle: str
    name_lang: str
    country: str | None
    presentation: str
    ui_lang: str
    content_langs: list[str]
    timezone: str
    shows_presence: bool


@dataclass(frozen=True)
class SessionDraft:
    """A device that signs in: digest of its token, its kind and name, its shortened address."""

    digest: str
    is_shared_device: bool = False
    device: str = ""
    address: str = ""
    awaits_code: bool = False
    """Whether the second step of signing in is still to come."""
