"""The table of conversations."""
