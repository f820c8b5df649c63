"""The smallest terminal that the dashboard supports; without Textual, to be checked before it is loaded."""

from __future__ import annotations

from typing import Final

SMALLEST: Final = (60, 15)
"""Columns and lines."""
