"""Questions that several apps answer together."""
