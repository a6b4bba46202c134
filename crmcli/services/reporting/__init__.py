"""Reports: tables of numbers over the records, each with its definition and the records behind it."""
