"""Documents: one content, several writers."""
