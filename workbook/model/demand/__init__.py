"""What the service is asked for: timing, users, requests, compute, storage (plan floor)."""
