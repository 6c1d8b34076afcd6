"""Members and their roles."""

from __future__ import annotations

from typing import Any

import factory

from app.accounts.models import Role, User
from app.core.db import now
from tests.factories.base import CommittedFactory


class UserFactory(CommittedFactory[User]):
    """A confirmed, active member without a password; `password="..."`, `role="moderator"`, `space=space` on request."""

    class Meta:
        model = User

    class Params:
        role = ""
        space = None

    display_name = factory.Sequence(lambda n: f"Member {n}")
    handle = factory.Sequence(lambda n: f"member-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.handle}@example.org")
    confirmed_at = factory.LazyFunction(now)
    content_langs = factory.LazyAttribute(lambda user: [user.ui_lang])
    ui_lang = "fr"

    @factory.lazy_attribute
    def roles(self) -> list[Role]:
        space_id = self.space.id if self.space else None
        return [Role(name=self.role, space_id=space_id)] if self.role else []

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        if clear := kwargs.get("password"):
            from flask_security.utils import hash_password

            kwargs["password"] = hash_password(clear)
        return super()._create(model_class, *args, **kwargs)


class RoleFactory(CommittedFactory[Role]):
    """A role held by `user_id`."""

    class Meta:
        model = Role

    name = "moderator"
