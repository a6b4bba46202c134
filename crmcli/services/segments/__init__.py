"""Segments: named groups of records, by an expression or by hand."""
