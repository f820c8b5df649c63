"""Toasts and other notifications."""
