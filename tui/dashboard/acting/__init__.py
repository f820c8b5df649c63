"""Acting in Intercom: close, snooze, assign, tag and more, and the outbox that they wait in."""
