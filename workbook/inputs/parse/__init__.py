"""Raw cells into typed rows, or into the problems that stand in their way (plan floor)."""
