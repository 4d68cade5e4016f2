"""What the plan costs, and how to buy it (plan floor)."""
