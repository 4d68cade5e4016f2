"""Checks across rows and sheets: figures that are each fine, but do not fit each other (plan floor)."""
