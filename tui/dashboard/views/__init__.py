"""Queues and saved views as tabs."""
