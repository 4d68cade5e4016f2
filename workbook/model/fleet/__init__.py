"""The nodes that carry the demand, and what they must survive (plan floor)."""
