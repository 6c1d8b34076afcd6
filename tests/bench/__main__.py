"""`python -m tests.bench`: makes a set, measures, prints the table, keeps it in `var/bench.json`."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli import SCALES
from app.search.choosing import NAMES
from tests.bench import data as demo
from tests.bench.comparing import compare
from tests.bench.databases import DATABASES, database
from tests.bench.figures import keep, machine, show
from tests.bench.peers import show_peers
from tests.bench.run import PARTS, measure, tell
from tests.support.running import PROJECT


def main() -> None:
    chosen = _arguments()
    if chosen.compare:
        compare(*chosen.compare)
        return
    _allow_sockets()
    with _folder(chosen.var) as folder, database(chosen.database) as (url, version):
        tell(f"loading the demonstration set, scale {chosen.scale}, on {version}")
        loaded = demo.load(folder, chosen.scale, url, chosen.engine)
        where = machine(database=version, scale=chosen.scale, search=loaded.engine)
        figures = loaded.loading
        try:
            measure(loaded, set(chosen.only or PARTS), figures)
        finally:
            show(figures, where)
            keep(figures, where, chosen.out)
    if chosen.scale == "small":
        show_peers(figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--database", default="sqlite", help=f"{', '.join(DATABASES)}, or the address of an empty one")
    parser.add_argument("--engine", choices=NAMES, default="auto", help="the search engine")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; may be repeated")
    parser.add_argument("--out", type=Path, default=PROJECT / "var" / "bench.json")
    parser.add_argument("--var", type=Path, help="keep the set in this folder; measure it again if it is there")
    parser.add_argument(
        "--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"), help="print two files of figures side by side"
    )
    chosen = parser.parse_args()
    if chosen.engine == "postgresql" and not chosen.database.startswith("postgresql"):
        parser.error("--engine postgresql wants --database postgresql")
    if chosen.database not in DATABASES and not (chosen.database.startswith("postgresql") and chosen.var):
        parser.error("--database is sqlite, postgresql, or the address of a PostgreSQL database, with --var")
    return chosen


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        yield Path(folder) / "var"


def _allow_sockets() -> None:
    """Three thousand sockets are as many open files, here and in the platform."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < 8_192:
        sys.exit(f"The system allows {most} open files; the bench opens 3,000 sockets: raise the limit (ulimit -Hn).")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))


if __name__ == "__main__":
    main()
