"""Pages of goals, KPIs, readings and uploads."""
