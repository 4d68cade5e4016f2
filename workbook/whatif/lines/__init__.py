"""The lines of what may be: the scenarios of a plan side by side (many floor)."""
