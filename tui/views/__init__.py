"""Views: queries with a name. The queues are built in, any other query can be saved as one."""

from __future__ import annotations

from tui.views.model import COLUMNS, FOLLOW_UPS, QUEUES, UnknownView, View, ViewError, ViewExists
from tui.views.views import Views

__all__ = ["COLUMNS", "FOLLOW_UPS", "QUEUES", "UnknownView", "View", "ViewError", "ViewExists", "Views"]
