"""The look of written sheets: the shipped theme, one of your own over it, colours (paper floor)."""
