"""Mail domains and network addresses that may not join or write, each for a time and with a reason."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import Base, CreatedAt, IntPk, db, now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no, require

KINDS = ("domain", "network")
WIDEST = {4: 16, 6: 32}
"""The fewest bits a blocked network may fix: more would shut out whole countries."""
NOT_A_DOMAIN = lazy_pgettext("block rule", "Write a mail domain, for example example.org.")
NOT_A_NETWORK = lazy_pgettext("block rule", "Write a network address, for example 203.0.113.7 or 203.0.113.0/24.")
TOO_WIDE = lazy_pgettext("block rule", "This network is too wide: it would shut out too many people.")
NEEDS_END = lazy_pgettext("block rule", "A block ends on a day to come.")
NEEDS_REASON = lazy_pgettext("block rule", "Say why: other administrators read it.")
KNOWN = lazy_pgettext("block rule", "This is blocked already.")
SHUT_OUT = lazy_pgettext(
    "block rule",
    "From your network, nobody can join or write here for now. If this concerns you by mistake, write to the team.",
)
DOMAIN_SHUT_OUT = lazy_pgettext(
    "block rule", "Addresses of this mail service are not taken here. Use another one, or write to the team."
)
ADMINISTRATORS = lazy_pgettext("block rule", "Only administrators block addresses.")
_DOMAIN = re.compile(r"(?=.{3,254}$)([^\s@./\\]{1,63}\.)+[^\s@./\\]{2,63}")


class Block(Base):
    """Nobody with a mail address of this domain, or from this network, joins or writes before `until`."""

    __tablename__ = "block"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(String(500))
    until: Mapped[datetime] = mapped_column(index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    created_by: Mapped[User | None] = relationship()


def can_block(actor: Actor) -> Ruling:
    """Administrators alone keep the list."""
    return YES if actor.is_administrator else no(ADMINISTRATORS)


def blocks(actor: Actor) -> list[Block]:
    """Every block in force, the one that ends first before the others. Raises NotAllowed."""
    require(can_block(actor))
    return list(db.session.scalars(select(Block).where(Block.until > now()).order_by(Block.until, Block.id)))


def add_block(actor: Actor, kind: str, value: str, reason: str, until: datetime) -> Block:
    """Block a domain or a network. The log keeps no address. Raises NotAllowed, Invalid, Conflict."""
    require(can_block(actor))
    wanted = _domain(value) if kind == "domain" else str(_network(value))
    if until <= now():
        raise Invalid(NEEDS_END, "until")
    if not (why := reason.strip()[:500]):
        raise Invalid(NEEDS_REASON, "reason")
    purge_blocks()
    if db.session.scalar(select(Block.id).where(Block.kind == kind, Block.value == wanted)):
        raise Conflict(KNOWN)
    block = Block(kind=kind, value=wanted, reason=why, until=until, created_by_id=actor.actor_id)
    db.session.add(block)
    db.session.flush()
    audit(actor, "block", "block", block.id, what=kind)
    return block


def end_block(actor: Actor, block_id: int) -> None:
    """Lift a block before its end. Raises NotAllowed, NotFound."""
    require(can_block(actor))
    block = db.session.get(Block, block_id)
    if block is None:
        raise NotFound
    audit(actor, "unblock", "block", block.id, what=block.kind)
    db.session.delete(block)


def purge_blocks() -> None:
    """Forget addresses with the end of their block."""
    db.session.execute(delete(Block).where(Block.until <= now()))


def is_domain_blocked(email: str | None) -> bool:
    """Whether the domain of a mail address, or one above it, is blocked."""
    labels = (email or "").rpartition("@")[2].lower().split(".")
    names = [".".join(labels[place:]) for place in range(len(labels) - 1)]
    if not names:
        return False
    return db.session.scalar(_BLOCKED_DOMAINS, {"names": names, "now": now()}) is not None


_BLOCKED_DOMAINS = (
    select(Block.id)
    .where(
        Block.kind == "domain",
        Block.value.in_(bindparam("names", expanding=True)),
        Block.until > bindparam("now", type_=Block.until.type),
    )
    .limit(1)
)
_BLOCKED_NETWORKS = select(Block.value).where(
    Block.kind == "network", Block.until > bindparam("now", type_=Block.until.type)
)


def is_network_blocked(address: str | None) -> bool:
    """Whether a network address lies in a blocked network."""
    try:
        here = ip_address(address or "")
    except ValueError:
        return False
    here = getattr(here, "ipv4_mapped", None) or here  # as sockets that hear both write it
    known = db.session.scalars(_BLOCKED_NETWORKS, {"now": now()})
    return any(here in ip_network(value) for value in known)


def require_welcome(member: User, address: str | None) -> None:
    """Go on only where neither the member's mail domain nor the network is blocked. Raises NotAllowed."""
    if member.is_staff:
        return
    if is_network_blocked(address):
        raise NotAllowed(SHUT_OUT)
    if is_domain_blocked(member.email):
        raise NotAllowed(DOMAIN_SHUT_OUT)


def _domain(value: str) -> str:
    name = value.strip().lower().lstrip("@")
    if not _DOMAIN.fullmatch(name):
        raise Invalid(NOT_A_DOMAIN, "value")
    return name


def _network(value: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(value.strip(), strict=False)
    except ValueError:
        raise Invalid(NOT_A_NETWORK, "value") from None
    if network.prefixlen < WIDEST[network.version]:
        raise Invalid(TOO_WIDE, "value")
    return network
