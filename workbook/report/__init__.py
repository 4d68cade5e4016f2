"""Results into the management report: one record of figures, and the text, pages and message made from it (post)."""
