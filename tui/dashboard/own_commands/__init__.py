"""The user's own commands: programs that are run on conversations."""
