"""Template tags of the readings pages."""
