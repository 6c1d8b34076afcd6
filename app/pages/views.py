"""The pages of the site as everyone reads them, and their versions."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.pages import queries
from app.pages.changes import changes_between
from app.pages.generic import page_title
from app.pages.models import SLUGS
from app.pages.rendering import page_in_force, show_version

bp = Blueprint("pages", __name__, url_prefix="/<lang>")
PAGE = f"/<any({','.join(SLUGS)}):slug>"


@bp.get(PAGE)
def show_page(slug: str) -> ResponseReturnValue:
    """A page in force."""
    return render_template("pages/show_page.html", page=page_in_force(slug))


@bp.get(f"{PAGE}/versions")
def list_versions(slug: str) -> ResponseReturnValue:
    """Every version there was, with its number and date."""
    return render_template(
        "pages/list_versions.html", slug=slug, title=page_title(slug), versions=queries.list_versions(slug)
    )


@bp.get(f"{PAGE}/versions/<int:number>")
def read_version(slug: str, number: int) -> ResponseReturnValue:
    """What the page said in one version, and what that version changed."""
    version = queries.get_version(slug, number)
    before = queries.version_before(version)
    changes = changes_between(before.body, version.body) if before else None
    return render_template(
        "pages/read_version.html", page=show_version(version), version=version, before=before, changes=changes
    )


def page_url(slug: str) -> str:
    """The address of a page in the language in force."""
    return url_for("pages.show_page", slug=slug)
