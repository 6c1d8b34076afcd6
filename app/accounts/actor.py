"""Who acts in this request: the real member, never Flask-Login's proxy, or the visitor."""

from __future__ import annotations

from typing import cast

from flask_login import current_user

from app.accounts.models import User


class Visitor:
    """Someone who is not signed in."""

    actor_id = None
    is_visitor = True
    is_staff = False
    is_administrator = False
    role_name = ""

    def moderates(self, space_id: int) -> bool:
        """A visitor moderates nothing."""
        return False

    def belongs_to(self, space_id: int) -> bool:
        """A visitor takes part in no space."""
        return False

    def is_excluded(self, space_id: int) -> bool:
        """A visitor is excluded from nothing."""
        return False


VISITOR = Visitor()


def current_actor() -> User | Visitor:
    """The member signed in, or VISITOR."""
    member = current_user._get_current_object()  # noqa: SLF001
    return cast(User, member) if getattr(member, "is_authenticated", False) else VISITOR


def current_member() -> User:
    """The member signed in; only for views behind `login_required`."""
    return cast(User, current_user._get_current_object())  # noqa: SLF001


def member_key() -> str:
    """What rate limits count by: members of one workshop share an address, so they are counted one by one."""
    return f"member:{current_actor().actor_id}"
