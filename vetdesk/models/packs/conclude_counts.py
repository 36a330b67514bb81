"""The counts that a pack's own grades may speak of."""

from __future__ import annotations

COUNTS = ("total", "met", "unmet", "open", "unverified", "below_floor", "soft_unmet", "vetoed", "points")
"""Numbers over the key indicators of a unit (`points` over all): see `conclude`."""
