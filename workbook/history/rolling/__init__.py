"""A plan into the same plan from a later start, with a proof of what stays the same (many floor)."""
