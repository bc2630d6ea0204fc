"""Addresses of KPIs, grouped by what they show."""
