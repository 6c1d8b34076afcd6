"""How accessible the site says it is, as the law asks every page to show."""

from __future__ import annotations

from typing import Any

from app.core import options
from app.core.i18n import lazy_pgettext
from app.core.options import Option, declare

SAID: dict[str, Any] = {
    "not_audited": lazy_pgettext("shell", "Accessibility: not compliant (not yet audited)"),
    "not_compliant": lazy_pgettext("shell", "Accessibility: not compliant"),
    "partly": lazy_pgettext("shell", "Accessibility: partly compliant"),
    "fully": lazy_pgettext("shell", "Accessibility: fully compliant"),
}
COMPLIANCE = declare(
    Option(
        "site.accessibility",
        "choice",
        "not_audited",
        lazy_pgettext("option", "Accessibility"),
        "site",
        lazy_pgettext("option", "Shown in every footer. Only an audit allows more than “not compliant”."),
        choices=list(SAID.items()),
    )
)


def compliance() -> Any:
    """What every footer says."""
    return SAID[str(options.value(COMPLIANCE.name))]
