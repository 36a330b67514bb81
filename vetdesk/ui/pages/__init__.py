"""One page, one purpose, one file."""
