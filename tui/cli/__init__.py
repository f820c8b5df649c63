"""The command line: one file per command, data on stdout, messages on stderr.

The module of a command is imported when the command is called. What takes long to import (the database, the
network, the queries, the settings) is imported in the functions that need it, so that `--version` and
`--help` start fast.
"""
