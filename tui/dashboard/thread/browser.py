"""Opening an address in the browser of the desktop."""

from __future__ import annotations

import webbrowser

IN_THE_TERMINAL = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})
"""Browsers that would draw over the dashboard."""


def open_address(url: str) -> bool:
    """Open an http(s) address; False when there is no browser for it. May take a second."""
    if not url.startswith(("https://", "http://")):
        return False
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if getattr(browser, "name", "") in IN_THE_TERMINAL:
        return False
    return bool(browser.open(url))
