"""Two forums measured on such a machine, on 200 topics of 20 posts: what they cost beside what this platform costs."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure

AIM = 5
"""So many times NodeBB is the aim on every page."""


@dataclass(frozen=True)
class Peer:
    """A figure of the peers; the least is the best. None where it was not measured."""

    figure: str
    name: str
    nodebb: float
    flaskbb: float | None
    unit: str = "ms CPU"


PEERS = [
    Peer("topic page, signed in", "topic page, signed in", 14.2, 45.6),
    Peer("topic page, anonymous", "topic page, anonymous", 13.4, 34.5),
    Peer("home, anonymous", "index", 7.7, 16.6),
    Peer("topic list, anonymous", "topic list", 9.7, 13.1),
    Peer("search, term: processor time", "search", 9.7, None),
    Peer("1,000 sockets: answer to last reader", "last of 1,000 clients", 84, None, "ms"),
    Peer("memory of the tree at rest", "memory", 665, 187, "MiB"),
]
"""NodeBB 4.11 and FlaskBB 3.0."""


def show_peers(figures: list[Figure]) -> None:
    """Print ours beside theirs, and how many times less ours is."""
    found = {figure.name: figure.value for figure in figures}
    table = Table("Beside peers", "Beffroi", "NodeBB 4.11", "FlaskBB 3.0", "Unit", "NodeBB / ours", "")
    for peer in PEERS:
        if peer.figure not in found:
            continue
        ours = found[peer.figure]
        times = peer.nodebb / ours
        theirs = f"{peer.flaskbb:g}" if peer.flaskbb is not None else ""
        aim = ("ok" if times >= AIM else f"aim {AIM}") if peer.unit == "ms CPU" else ("ok" if times >= 1 else "behind")
        table.add_row(peer.name, f"{ours:.3g}", f"{peer.nodebb:g}", theirs, peer.unit, f"{times:.1f}", aim)
    if table.row_count:
        Console(width=130).print(table)
