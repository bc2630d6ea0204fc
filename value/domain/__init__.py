"""Arithmetic of shared value: plain Python, no database, no clock."""
