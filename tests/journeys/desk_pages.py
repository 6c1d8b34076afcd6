"""The pages of the administration, of the first run and of the second step, and their mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, render_template
from sqlalchemy import select

from app.accounts import authenticator
from app.accounts.models import Role, SecondFactor, User
from app.accounts.step_views import CodeForm
from app.administration.beginnings import HINTS
from app.administration.first_run_form import FirstRunForm, TokenForm, present_values
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.engagement import tag_keeping
from app.engagement.models import Tag

if TYPE_CHECKING:
    from tests.journeys.page_types import PageType

NO_DESK_PAGES = {
    "administration.download_figures": "a table to download",
    "first_run.set_site_up": "closed once there is an administrator",
    "first_run.give_token": "closed once there is an administrator",
    "second_step.take_step": "leads to the sign-in whoever has not begun it",
}


def desk_pages(page_type: type[PageType], administrator: str, member: str, member_id: str) -> list[PageType]:
    """Every page of the desk, as an administrator opens it, and the second step of a member."""
    desk = {
        "show_overview": "/", "edit_settings": "/settings", "show_changes": "/settings-log", "list_pages": "/pages",
        "edit_page": "/pages/terms/fr", "show_mail": "/mail", "list_spaces": "/spaces",
        "create_space": "/spaces/new", "create_category": "/spaces/nordistes/categories/new",
        "edit_category": "/categories/retour", "list_terms": "/vocabularies",
        "create_term": "/vocabularies/theme/new", "edit_term": "/vocabularies/theme/health",
        "list_members": "/members", "show_member": f"/members/{member_id}", "list_roles": "/roles",
        "list_tags": "/tags", "edit_tag": f"/tags/{_a_tag()}", "list_tag_groups": "/tag-groups",
        "create_tag_group": "/tag-groups/new", "edit_tag_group": f"/tag-groups/{_a_tag_group()}",
        "list_tag_rules": "/tag-rules", "edit_tag_rules": "/tag-rules/stages", "show_figures": "/figures",
        "list_acts": "/log",
    }  # fmt: skip
    return [
        *(page_type(f"administration.{name}", f"/administration{at}", administrator) for name, at in desk.items()),
        page_type("second_step.set_up", "/account/second-factor", member),
    ]  # fmt: skip


def _a_tag() -> int:
    return db.session.scalars(select(Tag.id).order_by(Tag.id)).first() or 0


def _a_tag_group() -> int:
    administrator = db.session.scalars(select(User).join(Role).where(Role.name == "administrator")).unique().first()
    assert administrator
    with unit_of_work():
        group = tag_keeping.save_tag_group(administrator, None, {"fr": "Années"}, ("2026", "2027"), is_single=True)
    return group.id


def desk_letters() -> list[tuple[str, dict[str, Any]]]:
    """The mails of the desk and of the contact page."""
    written = {"name": "Awa", "email": "awa@example.org", "about": "…", "body": "…", "spoken": "fr", "member": None}
    return [("administration/test", {}), ("site/contact", written)]


def draw_closed_pages(app: Flask) -> list[str]:
    """The pages that a platform in use shows to nobody who just looks: the first run, and the second step's own."""
    factor = SecondFactor(created_at=now(), secret=authenticator.new_secret(), recovery=[])
    with app.test_request_context("/fr/first-run"), speaking("fr"):
        form = FirstRunForm(data=present_values())
        checks = {"is_set_by_file": False, "has_spaces": False, "can_write": True, "sends": False}
        return [
            render_template("administration/give_token.html", form=TokenForm()),
            render_template("administration/set_site_up.html", form=form, hints=HINTS, sent="", trouble="", **checks),
            render_template("accounts/take_step.html", form=CodeForm()),
            render_template("accounts/show_second_step.html", form=CodeForm(), factor=factor, is_owed=False),
            render_template("accounts/show_recovery_codes.html", codes=["aaaa-bbbb-cccc"], goes_on=True),
        ]
