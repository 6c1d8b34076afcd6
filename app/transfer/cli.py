"""`beffroi import`, `beffroi export`: a community moves in, or takes everything with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import ScriptInfo

from app.core.i18n import CONTENT, DEFAULT
from app.core.languages import detect

group = click.Group("transfer", help="Import and export.")
FILE = click.Path(path_type=Path, dir_okay=False)


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Check every line and write nothing.")
@click.option("--source", default="", help="Name of where it comes from; the name of FILE when left out.")
@click.option("--files", type=click.Path(path_type=Path, file_okay=False), help="Folder of the files posts name.")
@click.option("--lang", type=click.Choice(CONTENT), default=DEFAULT, show_default=True, help="Of very short texts.")
@click.option("--roles", is_flag=True, help="Give people the roles that the file says they hold.")
@click.option("--settings", is_flag=True, help="Take over options, pages of the site, consents and blocks.")
@click.option("--trust-files", is_flag=True, help="FILE was exported by this platform: keep the bytes of its files.")
@click.option("--category", default="", help="Of a mailing-list archive: slug of the category its threads go to.")
@click.option("--errors", type=FILE, help="Write the refused lines and their reasons to this file.")
@click.option("--no-index", is_flag=True, help="Do not make the search index anew.")
@click.pass_obj
def import_file(known: ScriptInfo, /, file: Path, **chosen: Any) -> None:
    """Bring in FILE: JSON Lines (docs/transfer.md), or a mailing-list archive (.mbox). May be repeated."""
    # The model of the languages first: while it is read it takes much, and there is more room before the rest is there.
    detect("Quelques mots suffisent pour que le modèle des langues soit lu.", DEFAULT)
    with known.load_app().app_context():
        from app.transfer.commands import Wish, bring_in

        sys.exit(bring_in(file, Wish(**chosen)))


@group.command("export")
@click.argument("file", type=FILE)
@click.option("--public", is_flag=True, help="What every visitor may read alone, without addresses: open data.")
@click.pass_obj
def export_file(known: ScriptInfo, file: Path, public: bool) -> None:
    """Write everything to FILE in the form that `beffroi import` reads, and files of members beside it."""
    with known.load_app().app_context():
        from app.transfer.commands import take_out

        take_out(file, is_public=public)
