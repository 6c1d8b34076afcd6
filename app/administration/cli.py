"""`beffroi init`: set a site up, by questions or by options; it may be run again."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from flask_security.proxies import _security
from flask_security.utils import hash_password

from app.administration.beginnings import NAMES, has_spaces
from app.administration.setting_up import FirstAdministrator, FirstRun, has_administrator, set_up
from app.core import options
from app.core.events import unit_of_work
from app.core.first_token import drop_first_token, first_link
from app.core.i18n import INTERFACE

REGISTRATION = ("open", "approval", "invitation")
ASKED = (
    ("site.name", "name", "Name of the site"),
    ("site.territory", "territory", "Territory"),
    ("site.operator", "operator", "Body that runs the site"),
)


@click.command("init")
@click.option("--name", help="Name of the site.")
@click.option("--territory", help="The territory whose people the site gathers.")
@click.option("--operator", help="The body that runs the site.")
@click.option("--language", type=click.Choice(INTERFACE), help="Language of the site.")
@click.option("--languages", help="Languages offered, separated by commas.")
@click.option("--template", type=click.Choice(tuple(NAMES)), help="Spaces to begin with.")
@click.option("--registration", type=click.Choice(REGISTRATION), help="Who may join.")
@click.option("--admin-email", help="Address of the first administrator.")
@click.option("--admin-name", help="Name of the first administrator.")
@click.option("--ask-password", is_flag=True, help="Type a password, unseen; without it one signs in by mailed codes.")
@click.option("--no-input", is_flag=True, help="Ask nothing: take the options given and leave the rest.")
@with_appcontext
def init(**given: Any) -> None:
    """Set the site up: name, languages, spaces, administrator."""
    upgrade()
    asks = is_asked(given)
    chosen = FirstRun(_values(given, asks), _template(given, asks), _administrator(given, asks))
    with unit_of_work():
        member = set_up(chosen)
        named = str(member.email) if member else ""
    _report(named)


group = init
"""What the room adds to Flask's own command line."""


def is_asked(given: dict[str, Any]) -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and not given["no_input"]


def _values(given: dict[str, Any], asks: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for option, name, question in ASKED:
        said = given[name]
        if said is None and asks:
            said = click.prompt(question, default=options.value(option), show_default=True)
        if said is not None:
            values[option] = said
    language = given["language"]
    if language is None and asks:
        offered = click.Choice(INTERFACE)
        language = click.prompt("Language of the site", type=offered, default=options.value("site.language"))
    if language is not None:
        values["site.language"] = language
    if given["languages"] is not None:
        values["site.languages"] = _languages(given["languages"])
    mode = given["registration"]
    if mode is None and asks:
        now = options.value("accounts.registration")
        mode = click.prompt("Who may join", type=click.Choice(REGISTRATION), default=now)
    return values | ({"accounts.registration": mode} if mode is not None else {})


def _languages(typed: str) -> list[str]:
    tags = [tag.strip() for tag in typed.split(",") if tag.strip()]
    if wrong := [tag for tag in tags if tag not in INTERFACE]:
        raise click.BadParameter(f"unknown: {', '.join(wrong)}", param_hint="--languages")
    return tags


def _template(given: dict[str, Any], asks: bool) -> str:
    if has_spaces():
        return "empty"
    if given["template"] is None and asks:
        return str(click.prompt("Spaces to begin with", type=click.Choice(tuple(NAMES)), default="regional"))
    return given["template"] or "empty"


def _administrator(given: dict[str, Any], asks: bool) -> FirstAdministrator | None:
    if has_administrator():
        return None
    email = given["admin_email"]
    if email is None and asks:
        email = click.prompt("Address of the first administrator (empty: name one in the browser)", default="")
    if not email:
        return None
    try:
        address = str(_security.mail_util.validate(email))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--admin-email") from wrong
    name = given["admin_name"] or (click.prompt("Name shown") if asks else address.partition("@")[0])
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if given["ask_password"] else None
    if password:
        reasons, password = _security.password_util.validate(password, True, name=name, email=address)
        if reasons:
            raise click.BadParameter(str(reasons[0]), param_hint="--ask-password")
    lang = given["language"] or str(options.value("site.language"))
    return FirstAdministrator(address, name, lang, str(hash_password(password)) if password else None)


def _report(named: str) -> None:
    settings = current_app.extensions["settings"]
    lang = options.value("site.language")
    if named:
        drop_first_token(settings)
        click.echo(f"Sign in as {named} at {settings.site_url}/{lang}/login")
        click.echo("You will be asked to turn on the second step before you administer the site.")
    elif not has_administrator():
        click.echo("Name the first administrator here, in a browser:")
        click.echo(first_link(settings, lang))
    else:
        click.echo("The site is set up.")
