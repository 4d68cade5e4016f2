"""A group into the printed sheets of its workbook (post floor)."""
