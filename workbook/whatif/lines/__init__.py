"""The lines of what may be: scenarios side by side, and what fleet and budget carry (many floor)."""
