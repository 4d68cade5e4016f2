"""Sheets and notes put into a person's package, and taken out again (files floor)."""
