"""Pages of a bureau."""
