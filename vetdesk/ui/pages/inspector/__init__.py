"""Pages of an inspector."""
