"""The version of the tool; a run's id holds it, because another version may calculate otherwise (ground floor)."""

VERSION = "0.1.0"
