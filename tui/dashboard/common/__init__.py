"""Parts that several features share."""
