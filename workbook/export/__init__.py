"""Lines into what runs a service by the plan: Prometheus, Grafana, Kubernetes, tables (post floor)."""
