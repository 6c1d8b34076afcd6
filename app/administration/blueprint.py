"""The blueprint of the administration, and the door before every page of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, request
from flask_login import login_required

from app.accounts.actor import current_member
from app.administration.policy import can_administer, can_read_desk
from app.core.policy import require

bp = Blueprint("administration", __name__, url_prefix="/<lang>/administration")

View = TypeVar("View", bound=Callable[..., Any])


def at_the_desk(view: View) -> View:
    """Staff read; only administrators send a form."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        member = current_member()
        require(can_read_desk(member) if request.method in {"GET", "HEAD"} else can_administer(member))
        return view(*args, **kwargs)

    return login_required(guarded)  # type: ignore[no-any-return]
