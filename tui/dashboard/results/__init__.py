"""The results of a search: the table, its columns and its selection."""
