"""Pages of shared value."""
