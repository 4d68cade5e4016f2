"""The version of the tool; it takes part in a run's id, because another version may calculate otherwise (ground floor)."""

VERSION = "0.1.0"
