"""Workbook files: opened, read, written, grafted and saved, a room each (files floor)."""
