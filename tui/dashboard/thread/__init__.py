"""The conversation that is read."""
