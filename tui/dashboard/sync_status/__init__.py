"""The state of the sync and the freshness of what is shown."""
