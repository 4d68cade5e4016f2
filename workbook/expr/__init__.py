"""The language in which planning lines are written: a tree, its functions, and its two readings (languages floor).

`tree` holds the nodes, `functions` one table of operators and functions, `evaluate` turns a tree into NumPy arrays and
`formula` turns the same tree into the text of an Excel formula. The two readings do not know each other.
"""
