"""What the sync is doing and how fresh the data is."""
