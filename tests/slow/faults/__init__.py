"""Faults while a file is saved: every call of the save failed in turn, killed at every call, changed at every call."""
