"""Numbers about a period."""
