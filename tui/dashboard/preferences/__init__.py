"""Settings that can be changed from the dashboard."""
