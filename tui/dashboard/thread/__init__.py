"""The thread view: a conversation with its messages, notes and events."""
