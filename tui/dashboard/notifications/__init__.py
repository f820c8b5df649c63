"""Notices about changes, the sync and follow-ups."""
