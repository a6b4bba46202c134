"""Merging records, and taking a merge back at any time."""
