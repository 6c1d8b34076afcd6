"""`beffroi`: starts the platform and keeps it. Commands load the platform when they run, so that help is quick."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from app import create_app
from app.config import PROJECT, load_settings
from app.core.errors import DomainError

ROOM_COMMANDS = {
    "backup": ("app.operating.cli:backup", "Back up everything into one archive, while the platform runs."),
    "export": ("app.transfer.cli:export_file", "Write everything to FILE in the form that `beffroi import` reads"),
    "import": ("app.transfer.cli:import_file", "Bring in FILE: JSON Lines"),
    "init": ("app.administration.cli:init", "Set the site up: name, languages, spaces, administrator."),
    "rollback": ("app.operating.cli:rollback", "Take the last upgrade back."),
    "restore": ("app.operating.cli:restore", "Put the backup FILE in the place of what is there."),
    "search": ("app.search.cli", "The search index."),
    "upgrade": ("app.operating.cli:upgrade", "Back up, bring the tables up to date, start the new version."),
    "user": ("app.accounts.cli", "Members and their roles."),
}
"""Groups (`module`) and commands (`module:name`) of rooms; their help is here, so that listing them loads no room."""
SCALES = ("tiny", "small", "year1", "year3", "stress")


class Commands(click.Group):
    """The commands below and those of the rooms."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self.commands, *ROOM_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOM_COMMANDS:
            return super().get_command(ctx, cmd_name)
        from flask.cli import ScriptInfo

        ctx.obj = ScriptInfo(create_app=create_app)
        module, _, name = ROOM_COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), name or "group")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        helps = {name: command.get_short_help_str(90) for name, command in self.commands.items()}
        helps |= {name: text for name, (_module, text) in ROOM_COMMANDS.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, helps[name]) for name in self.list_commands(ctx)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Beffroi: a multilingual community platform."""


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
def run(host: str, port: int) -> None:
    """Prepare what is missing, load the demonstration set once, and serve: all that a first look needs."""
    from app import starting

    settings = load_settings(demo=True, site_url=f"http://{host}:{port}")
    if not starting.is_prepared(settings):
        with create_app(settings).app_context():
            starting.prepare(settings)
    if settings.demo:
        starting.show_sign_ins(settings)
    os.environ.update(BEFFROI_DEMO=str(settings.demo), BEFFROI_SITE_URL=settings.site_url)
    _become("serve", "--host", host, "--port", str(port))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--listener", default=-1, hidden=True, help="The socket on which it served before a renewal.")
def serve(host: str, port: int, listener: int) -> None:
    """Serve the platform: pages, live connections and jobs, on one port. Ctrl-C stops all of it."""
    from app import starting
    from app.core.first_token import awaits_first_run, first_link
    from app.serving import supervisor

    settings = load_settings()
    if listener < 0:  # a renewal is part of an upgrade, which sees to the tables
        if starting.is_behind(settings):
            raise click.ClickException("The database is not up to date: run `beffroi migrate` first.")
        if awaits_first_run(settings):
            click.echo(f"This site has no administrator yet. Set it up at {first_link(settings)}")
    socket = supervisor.listen(host, port) if listener < 0 else supervisor.taken_over(listener)
    tree = supervisor.supervise(socket, click.echo)
    with starting.named_supervisor(settings.var):  # not while it reads code, deaf to signals
        code = tree.run()
    if code == supervisor.RENEW:
        os.set_inheritable(socket.fileno(), True)
        _become("serve", "--listener", str(socket.fileno()))
    sys.exit(code)


@cli.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    from app import starting

    with create_app().app_context():
        starting.migrate()
    click.echo("The database is up to date.")


@cli.group()
def demo() -> None:
    """The demonstration set."""


@demo.command("load")
@click.option("--scale", type=click.Choice(SCALES), default="small", show_default=True)
@click.option("--force", is_flag=True, help="Also beside real members.")
def load_demo(scale: str, force: bool) -> None:
    """Add invented members and conversations, index them, and print the sign-ins."""
    from app import starting

    settings = load_settings()
    if not settings.demo and not force:
        raise click.ClickException("This platform is no demonstration: set BEFFROI_DEMO=true, or give --force.")
    with create_app(settings).app_context():
        starting.load_demo(settings, scale, force)
        starting.fill_index()
    starting.show_sign_ins(settings)


@demo.command("clear")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--with-replies", is_flag=True, help="Also what real members wrote in topics of the set.")
def clear_demo(yes: bool, with_replies: bool) -> None:
    """Remove the demonstration set, whole, and nothing else."""
    from app import starting

    settings = load_settings()
    if not yes:
        click.confirm("Remove the demonstration set from this platform?", abort=True)
    with create_app(settings).app_context():
        starting.clear_demo(settings, with_replies)


@cli.command()
def doctor() -> None:
    """Check settings, database, index, disk, mail and machine, and say what to do."""
    from app import doctor as checks

    settings = load_settings()
    with create_app(settings).app_context():
        findings = checks.examine(settings)
    checks.show(findings)
    sys.exit(any(finding.is_failure for finding in findings))


def _become(*arguments: str) -> NoReturn:
    """Replace this process by a command in a new one, which reads the code anew and has the memory to itself."""
    sys.stdout.flush()
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "app.cli", *arguments])  # noqa: S606


def main() -> None:
    """Run a command. What an operator can mend is said in a sentence."""
    try:
        cli(prog_name="beffroi")
    except DomainError as refusal:
        _fail(str(refusal.reason))
    except OSError as trouble:
        if trouble.errno == errno.EADDRINUSE:
            _fail("Another program listens on this port: stop it, or choose another with --port.")
        _fail(f"{trouble.strerror or trouble}{f': {trouble.filename}' if trouble.filename else ''}.")
    except Exception as trouble:
        if not _is_about_database(trouble):
            raise
        _fail(f"The database does not answer as it should: {str(trouble).splitlines()[0]} Try `beffroi doctor`.")


def _is_about_database(trouble: Exception) -> bool:
    return type(trouble).__module__.startswith(("sqlalchemy.", "alembic.", "sqlite3", "psycopg"))


def _fail(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
