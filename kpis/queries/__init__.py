"""Questions about goals, KPIs, bands and readings."""
