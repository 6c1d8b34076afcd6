"""Names of devices, as their owners would say them, and places on the network, no more exact than needed."""

from __future__ import annotations

import ipaddress
import re

_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """The name "Firefox, Android" from a User-Agent header; empty when it says nothing known."""
    browser = next((name for sign, name in _BROWSERS if re.search(rf"\b{sign}/", user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def rough_address(address: str) -> str:
    """The address with its last part left out: 192.0.2.0, 2001:db8:1::."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    kept = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found, kept), strict=False).network_address)
