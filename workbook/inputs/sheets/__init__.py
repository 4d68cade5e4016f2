"""The schema: one pydantic model an input sheet (plan floor)."""
