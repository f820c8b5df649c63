"""Widgets, dialogs and messages that several features share."""
