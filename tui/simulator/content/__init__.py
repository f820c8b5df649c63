"""The written workspace: Harbourly, a company that sells planning and time tracking to agencies."""
