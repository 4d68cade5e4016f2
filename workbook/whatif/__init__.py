"""One model, many runs: two plans mixed by their drivers, ranges drawn, and how far a plan carries (many floor)."""
