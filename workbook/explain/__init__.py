"""A cell of a written sheet into the story of its figure: located, traced to the inputs, told (post)."""
