"""Play mode: a queue, one conversation after the other."""
