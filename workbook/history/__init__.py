"""What was: approved versions, what was measured and its import, and the roll to the next quarter (many floor)."""
