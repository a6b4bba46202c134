"""Mapping: which column of a file goes into which property, and how sure that is."""
