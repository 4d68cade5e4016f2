"""Lines into layouts: which line lies in which row, which charts, which styles; plain data, no Excel (paper floor)."""
