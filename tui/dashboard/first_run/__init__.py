"""The first start, without an access token."""
