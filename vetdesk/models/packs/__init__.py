"""Standards: formulas, indicators, verdicts and shortages. Pure computation on exact fractions."""
