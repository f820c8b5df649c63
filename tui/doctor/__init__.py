"""Checks everything that a sync and the dashboard need; each finding that is not in order has a cure."""
