"""One desk a role: its pages, and what happens when a page wishes something."""
