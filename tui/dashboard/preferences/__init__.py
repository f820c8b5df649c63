"""The preferences screen, and the choice of a theme."""
