"""Input sheets: their schemas, a plan that was read from them, and the checks across sheets (plan floor)."""
