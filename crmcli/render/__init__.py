"""What the user sees: the only place that writes to standard output and standard error."""
