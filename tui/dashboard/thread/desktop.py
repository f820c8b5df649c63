"""What the desktop around the terminal can do: open a browser, and take text to the clipboard."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping

TEXT_BROWSERS = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})
"""Browsers that would draw over the dashboard."""
CLIPBOARD_PROGRAMS = frozenset({"wezterm", "ghostty", "kitty", "alacritty", "vscode", "contour", "rio"})
"""Values of `TERM_PROGRAM`, in lower case, of terminals that support OSC 52 without configuration."""
CLIPBOARD_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
"""How `TERM` starts in such terminals."""


def open_address(url: str) -> bool:
    """Open an http(s) address in a graphical browser, which may take a second; False if there is none."""
    if not url.startswith(("https://", "http://")):
        return False
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if getattr(browser, "name", "") in TEXT_BROWSERS:
        return False
    return bool(browser.open(url))


def takes_clipboard(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to support the clipboard (OSC 52).

    No terminal confirms it, and a multiplexer passes it on only if configured: others count as unknown.
    """
    if environ.get("TMUX") or environ.get("STY"):
        return False
    if environ.get("TERM_PROGRAM", "").casefold() in CLIPBOARD_PROGRAMS or environ.get("WT_SESSION"):
        return True
    return environ.get("TERM", "").startswith(CLIPBOARD_TERMS)
