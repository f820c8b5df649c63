"""Random hostile inputs for what reads the work of others; see `tests.fuzzing.__main__`."""
