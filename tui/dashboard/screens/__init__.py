"""The full-screen views of the dashboard."""
