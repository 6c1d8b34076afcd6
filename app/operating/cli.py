"""`beffroi backup`, `beffroi restore`: what there is, kept safe and brought back."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import cast

import click
from flask.cli import ScriptInfo

from app.config import load_settings
from app.core.errors import Conflict
from app.operating import backing_up, restoring, upgrading
from app.operating.archive import Manifest
from app.operating.preparing import MakeApp
from app.operating.running import settle

group = click.Group("operate", help="Backup, restore, upgrade.")
FILE = click.Path(path_type=Path, dir_okay=False)


@group.command()
@click.argument("file", type=FILE, required=False)
@click.option("--keep", type=click.IntRange(0), default=0, help="Delete all but so many of the newest backups.")
@click.option("--verify", is_flag=True, help="Make none: prove that FILE, or the newest backup, is whole.")
def backup(file: Path | None, keep: int, verify: bool) -> None:
    """Back up everything into one archive, while the platform runs."""
    settings = load_settings()
    settle(settings.var)
    started = time.monotonic()
    if verify:
        chosen = file or backing_up.newest(settings)
        if chosen is None:
            raise Conflict(f"There is no backup in {settings.backups}.")
        with tempfile.TemporaryDirectory(dir=chosen.parent, prefix=".verify-") as scratch:
            _tell(f"{chosen} is whole", restoring.verify(chosen, Path(scratch)))
        return
    made = backing_up.back_up(settings, file, keep)
    _tell(f"{made.path}, {made.size / 2**20:.1f} MB in {time.monotonic() - started:.1f} s", made.manifest)
    if made.pruned:
        click.echo(f"Older backups deleted: {len(made.pruned)}.")
    click.echo("It holds everything members wrote, and the key that signs them in: keep it as safe as the server.")


@group.command()
@click.argument("file", type=FILE)
@click.pass_obj
def restore(known: ScriptInfo, file: Path) -> None:
    """Put the backup FILE in the place of what is there; the platform must be stopped."""
    done = restoring.restore(load_settings(), cast(MakeApp, known.create_app), file, click.echo)
    click.echo(f"Restored what was backed up on {done.manifest.made_at}; the tables are at {done.revision}.")
    click.echo(f"What was there before is kept in {done.former}: delete it when you no longer need it.")


def _tell(what: str, manifest: Manifest) -> None:
    click.echo(f"{what}: made on {manifest.made_at} by version {manifest.version}, tables at {manifest.revision}.")
    click.echo(f"{manifest.rows} rows in {len(manifest.tables)} tables, {manifest.files} files of members.")


@group.command()
@click.pass_obj
def upgrade(known: ScriptInfo) -> None:
    """Back up, bring the tables up to date, start the new version; a running platform is away for that time alone."""
    done = upgrading.upgrade(load_settings(), cast(MakeApp, known.create_app), click.echo)
    click.echo(
        f"Version {done.version}, tables at {done.revision} (before: {done.former_version}, {done.former_revision})."
    )
    click.echo(f"The backup is {done.backup}; `beffroi rollback` puts it back.")


@group.command()
@click.pass_obj
def rollback(known: ScriptInfo) -> None:
    """Take the last upgrade back: tables, files and index as they were before it. Put the former code here first."""
    done = upgrading.roll_back(load_settings(), cast(MakeApp, known.create_app), click.echo)
    click.echo(f"Back to what was there on {done.manifest.made_at}; the tables are at {done.revision}.")
    click.echo(f"What came since is kept in {done.former}.")
