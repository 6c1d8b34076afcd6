"""A reader without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page

STOPS = 120
"""No control of a page is further than this from where one stands."""


def focused(page: Page, css: str) -> bool:
    """Whether the control in focus is one of these."""
    return bool(page.evaluate("css => document.activeElement?.matches(css) ?? false", css))


def tab_to(page: Page, css: str, key: str = "Tab") -> None:
    """Press Tab until one of these has the focus."""
    for _ in range(STOPS):
        page.keyboard.press(key)
        if focused(page, css):
            return
    raise AssertionError(f"{css} is not reached by {key}")


def press(page: Page, css: str, key: str = "Enter") -> None:
    """Go to a control and press it, as Enter or the space bar does."""
    tab_to(page, css)
    page.keyboard.press(key)


def write(page: Page, css: str, text: str) -> None:
    """Go to a field and write into it, over what it holds."""
    tab_to(page, css)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
