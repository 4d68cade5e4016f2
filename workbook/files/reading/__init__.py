"""Sheets into raw tables, or into every cell (files floor)."""
