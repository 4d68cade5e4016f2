"""What a manager asks first: insights, headline, orders, reviews (plan floor)."""
