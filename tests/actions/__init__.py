"""The Python API and its verbs."""
