"""Importing files: tables to rows, cells to values, rows to records, and the account of each."""
