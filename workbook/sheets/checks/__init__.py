"""The Checks sheet and the snapshot of the inputs below it (paper floor)."""
