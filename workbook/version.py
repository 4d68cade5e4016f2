"""The versions of the tool and of its model (ground floor)."""

VERSION = "0.2.0"

MODEL_VERSION = 2
"""Rises when the figures of a plan change; a run's id holds it, because other figures are another run."""
