"""matplotlib drawings: a chart spec in, a figure out. Knows no Qt."""
