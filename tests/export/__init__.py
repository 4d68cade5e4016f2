"""Formats that a plan is exported to."""
