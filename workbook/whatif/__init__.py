"""One model, many runs: the inputs of two plans mixed, and what each of them is worth (many floor)."""
