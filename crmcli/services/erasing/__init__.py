"""Erasing a person for ever, and telling all that is held about one."""
