"""Pages of relationships, their people and contracts."""
