"""The triage side of the dashboard: what is noted, selected, counted and decided, without the widgets."""
