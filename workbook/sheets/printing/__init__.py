"""Laid-out sheets into printed ones: rows of cells, charts and links as plain records (paper floor)."""
