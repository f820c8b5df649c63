"""Small windows that ask for one thing; each is dismissed with the answer, or with None."""
