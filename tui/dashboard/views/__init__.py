"""Built-in queues and saved views, as tabs and as a list."""
