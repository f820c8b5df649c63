"""Whether something may be done in Intercom: asks on first use, and says why not."""
