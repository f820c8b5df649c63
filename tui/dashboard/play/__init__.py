"""Play mode: review a queue one conversation at a time."""
