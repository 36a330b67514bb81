"""Everything a person sees: the window, and the command line."""
