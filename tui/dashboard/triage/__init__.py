"""Triage: star, done, follow-ups and private notes."""
