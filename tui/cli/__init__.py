"""The command line: one file per command, data on stdout, messages on stderr.

The module of a command is imported when the command is called, and imports what it needs when it runs, so
that `--version` and `--help` start fast.
"""
