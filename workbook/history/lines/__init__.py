"""The lines of what was: months measured, and the version that a plan is compared with (many floor)."""
