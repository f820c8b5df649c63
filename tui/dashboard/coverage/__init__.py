"""Which days are synced."""
