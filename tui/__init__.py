"""fastintercom: a local, searchable mirror of an Intercom workspace that always says how fresh it is."""
