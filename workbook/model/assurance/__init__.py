"""Whether the plan keeps what is committed, and whether its inputs and figures agree (plan floor)."""
