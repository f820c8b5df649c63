"""What the screens behind the main one are made of: coverage by day, numbers, syncs, the log."""
