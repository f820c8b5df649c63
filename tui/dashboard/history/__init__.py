"""Past syncs and the log."""
