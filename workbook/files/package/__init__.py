"""A person's package opened safely: what it is, its parts, how to read and splice them (files floor)."""
