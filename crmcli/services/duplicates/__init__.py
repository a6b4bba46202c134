"""Duplicates: records that may be one, what people say of them, and what becomes of them."""
