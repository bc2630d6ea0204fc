"""The arithmetic of KPIs: plain Python, no database, no clock."""
