"""Arithmetic of relationships: plain Python, without a database and without a clock."""
