"""Whether the terminal is known to take a text to the clipboard (OSC 52). Pure."""

from __future__ import annotations

from collections.abc import Mapping

_PROGRAMS = frozenset({"wezterm", "ghostty", "kitty", "alacritty", "vscode", "contour", "rio"})
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")


def takes_clipboard(environ: Mapping[str, str]) -> bool:
    """True for terminals that take it as they come. No terminal tells whether it did, and a multiplexer
    passes it on only when set up to, so anything else counts as doubtful."""
    if environ.get("TMUX") or environ.get("STY"):
        return False
    if environ.get("TERM_PROGRAM", "").casefold() in _PROGRAMS or environ.get("WT_SESSION"):
        return True
    return environ.get("TERM", "").startswith(_TERMS)
