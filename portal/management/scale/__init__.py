"""Filling a database with invented relationships by the million, to measure with."""
