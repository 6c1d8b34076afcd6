"""`user`: members, from the command line. The first administrator is made here and nowhere else."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_security.proxies import _security
from flask_security.utils import hash_password

from app.accounts.handles import SHAPE
from app.accounts.models import ROLES, User
from app.accounts.policy import OPERATOR
from app.accounts.queries import find_member, is_handle_taken
from app.accounts.services import create_member, grant_role, revoke_role
from app.core.events import unit_of_work
from app.core.i18n import DEFAULT, INTERFACE

group = click.Group("user", help="Members and their roles.")


@group.command("create")
@click.option("--email", prompt="E-mail address")
@click.option("--name", prompt="Name shown")
@click.option("--handle", default="", help="Short name; made from the name when left out.")
@click.option("--lang", type=click.Choice(INTERFACE), default=DEFAULT, show_default=True)
@click.option("--role", type=click.Choice(("", *ROLES)), default="", help="Role to give.")
@click.option("--password", help="Without it, the member signs in by mailed codes.")
@click.option("--ask-password", is_flag=True, help="Type the password, unseen.")
@with_appcontext
def create(email: str, name: str, handle: str, lang: str, role: str, password: str | None, ask_password: bool) -> None:
    """Create a member whose address counts as confirmed."""
    if ask_password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    address = _address(email)
    if handle and not (SHAPE.fullmatch(handle) and not is_handle_taken(handle)):
        raise click.BadParameter("this handle is taken or has the wrong shape", param_hint="--handle")
    hashed = _hashed(password, name, address) if password else None
    with unit_of_work():
        member = create_member(address, name, lang, hashed, handle)
        if role:
            grant_role(OPERATOR, member, role)
        created = f"{member.display_name} @{member.handle}"
    click.echo(f"Created {created}{f' ({role})' if role else ''}. Sign in with {address}.")


@group.command("grant")
@click.argument("member")
@click.argument("role", type=click.Choice(ROLES))
@with_appcontext
def grant(member: str, role: str) -> None:
    """Give MEMBER (handle or address) a role."""
    with unit_of_work():
        grant_role(OPERATOR, _member(member), role)
    click.echo(f"{member} is now {role}.")


@group.command("revoke")
@click.argument("member")
@click.argument("role", type=click.Choice(ROLES))
@with_appcontext
def revoke(member: str, role: str) -> None:
    """Take a role back from MEMBER (handle or address)."""
    with unit_of_work():
        revoke_role(OPERATOR, _member(member), role)
    click.echo(f"{member} is no longer {role}.")


def _member(name: str) -> User:
    if found := find_member(name):
        return found
    raise click.BadParameter(f"no member {name!r}", param_hint="MEMBER")


def _address(email: str) -> str:
    try:
        address = str(_security.mail_util.validate(email))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--email") from wrong
    if find_member(address):
        raise click.BadParameter("this address has an account already", param_hint="--email")
    return address


def _hashed(password: str, name: str, address: str) -> str:
    reasons, normal = _security.password_util.validate(password, True, name=name, email=address)
    if reasons:
        raise click.BadParameter(str(reasons[0]), param_hint="--password")
    return str(hash_password(normal))
