"""Exporting records, each form in a module of its own."""
