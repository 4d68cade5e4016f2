"""Layouts and templates into a new package (files floor)."""
