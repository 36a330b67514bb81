"""Pages of a school."""
