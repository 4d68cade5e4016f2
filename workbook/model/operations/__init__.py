"""What operates the service by the plan: alerts, replicas, schedules, node pools (plan floor)."""
