"""The command line: one file per command, data on stdout, narration on stderr.

Modules of commands are imported when their command is called, and they import what they need when they
run, so that `--version` and `--help` stay quick.
"""
